# upnudge. `make demo` shows what it does, `make test` proves it; both say what they lack and install it.
# `make DEPS=no` looks for nothing and installs nothing.
#
#   all       build/upnudge, build/libupnudge.so, the Lua module and upnudge-json.so
#   demo      the main job on a real environment, in under a minute
#   test      every test, as many at once as there are processors (JOBS=); closes with "N passed, N failed, N skipped"
#   test-loaded  the same three times beside 8 busy loops (LOOPS, TIMES)
#   musl      core, the VM and the small program with musl in the place of glibc
#   test-sources  some of them, built with releases of Lua and others instead of Debian's archives (SUITE=trixie)
#   asan      the same under AddressSanitizer and UBSan, leaks included
#   tsan      hosts with threads, under ThreadSanitizer (TSAN_ROUNDS=20)
#   valgrind  every command under memcheck, leaks included (LOCKFILES="FILE..." parses more)
#   lint      warnings as errors, cppcheck, luacheck, clang-format, layering
#   generated  policies/REFERENCE.md, lua/upnudge/meta/policy.lua and testing.lua, from lua/upnudge/language/schema/, and
#             lua/api/upnudge.abi, from lua/api/upnudge.h, and lua/upnudge/lockfile/names.lua, from the formats
#   bench     the figures of tests/README.md, as ratios in one run
#   bench-counts  what key operations cost in instructions and system calls, kept in tests/bench/counts
#   bench-strategies  every strategy on the same work, the databases included: one table
#   bench-growth  how costs grow with rules, bytes, processes and environments: tables, and tests/growth.svg
#   bench-parse  how fast each format is read, beside readers that npm and Debian have
#   bench-peers  an activation beside what others do at theirs: one table (ROUNDS=100); fetches two packages of npm
#   torture   checks and activations of several notifiers, many at once and killed at random: what goes wrong, one table
#             (ROUNDS=20, SHELLS=16, SEED=; ONLY="pip flock" takes some); fetches what bench-peers does
#   histories  real processes under every strategy, killed at random: whether some order explains what each answered
#             (SECONDS=60, SEED=; ONLY="simple sqlite" takes some)
#   corpus    packages of real lockfiles against independent counters (CORPUS=DIR, FORMATS="npm flox")
#   differential  our readers against Python's, on real and on broken documents
#   hostile   a campaign of made-up hostile input (SECONDS=60, SEED=, ONLY=policies; SIZE= plays one case again)
#   faults    each system call of each operation fails with each error that it can give: one table (MOST=, SEED=, PLAN=,
#             ONLY="check gc")
#   model     the strategies as a model, verified in every order of steps, and mutants of it that have to fail (SPIN)
#   crashes   what a power cut may leave of each operation that writes, read back: one table (MOST=30, SEED=1;
#             ONLY="check snooze" takes some)
#   simulate  the library on a machine that is made up, with kills, power cuts, full disks and a clock (SECONDS=60, SEED=;
#             SCHEDULE= and MUTANT= play one run again), and mutants that have to be found
#   fuzz      a bounded fuzz campaign under sanitizers (FUZZ_SECONDS=60 for each target, ONLY="records policies")
#   distributions  the demo and every test on a fresh Debian 12, Debian 13 and Ubuntu 24.04; needs root
#             (DISTRIBUTIONS="trixie noble", ROOTS=DIR; see tests/distributions.sh)
#   deb       packages of Debian, in build/deb: upnudge, libupnudge0, libupnudge-dev, lua-upnudge
#   rockspec  of this version, for luarocks; upnudge-scm-1.rockspec is that of these sources
#   install   to $(DESTDIR)$(PREFIX); uninstall takes it away again (lua/packaging/README.md)

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
BUILD ?= build
CORPUS ?= ../shared/corpus

# The header says which version this is; all else takes it from there.
VERSION := $(shell awk '/^.define UPNUDGE_VERSION_(MAJOR|MINOR|PATCH) / { printf s $$3; s = "." }' lua/api/upnudge.h)

comma = ,
CC = gcc
CXX = g++
PKG_CONFIG ?= pkg-config
OBJCOPY ?= objcopy

# $(call package,NAME...): the first of the names by which pkg-config knows it, if any.
package = $(firstword $(foreach p,$(1),$(shell $(PKG_CONFIG) --exists $(p) 2>/dev/null && echo $(p))))
# $(call asked,FLAGS,PACKAGE,ELSE): what pkg-config says, else what holds on Debian.
asked = $(or $(and $(2),$(strip $(shell $(PKG_CONFIG) $(1) $(2) 2>/dev/null))),$(3))
first_program = $(firstword $(foreach p,$(1),$(shell command -v $(p) 2>/dev/null)))

# Unpacked releases, which are compiled in where a system has no such archives (lua/packaging/README.md).
LUA_SRC ?=
CJSON_SRC ?=
LFS_SRC ?=
SIMDJSON_SRC ?=
# $(call place_of,FILE,RELEASE): the directory of the release where that file is.
place_of = $(patsubst %/$(1),%,$(or $(firstword $(wildcard $(2)/$(1) $(2)/*/$(1))),$(error there is no $(1) in $(2))))
LUA_CODE := $(if $(LUA_SRC),$(call place_of,lua.h,$(LUA_SRC)))
CJSON_CODE := $(if $(CJSON_SRC),$(call place_of,lua_cjson.c,$(CJSON_SRC)))
LFS_CODE := $(if $(LFS_SRC),$(call place_of,lfs.c,$(LFS_SRC)))

ifdef LUA_SRC
LUA = $(BUILD)/sources/lua/lua
LUA_INCLUDE = $(LUA_CODE)
endif
LUA_PACKAGE := $(if $(LUA_SRC),,$(call package,lua5.4 lua-5.4 lua54))
YAML_PACKAGE := $(call package,yaml-0.1)
EXPAT_PACKAGE := $(call package,expat)
SIMDJSON_PACKAGE := $(if $(SIMDJSON_SRC),,$(call package,simdjson))
XXHASH_PACKAGE := $(call package,libxxhash)
LUA ?= $(or $(call first_program,lua5.4 lua-5.4 lua54),/usr/bin/lua5.4)
LUA_INCLUDE ?= $(patsubst -I%,%,$(firstword $(call asked,--cflags-only-I,$(LUA_PACKAGE),-I/usr/include/lua5.4)))
# Where the static archives are; the linker's own places come after it.
LUA_LIBDIR ?= $(call asked,--variable=libdir,$(LUA_PACKAGE),/usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null))
# Asked once, not for each file.
LUA := $(LUA)
LUA_INCLUDE := $(LUA_INCLUDE)
LUA_LIBDIR := $(LUA_LIBDIR)
LUA_LIB := $(filter -llua%,$(call asked,--libs-only-l,$(LUA_PACKAGE),-llua5.4))
# What reads YAML and XML.
READER_LIBS := $(call asked,--libs,$(YAML_PACKAGE),-lyaml) $(call asked,--libs,$(EXPAT_PACKAGE),-lexpat)
SIMDJSON_INCLUDE := $(if $(SIMDJSON_SRC),-isystem $(SIMDJSON_SRC)/include -isystem $(SIMDJSON_SRC)/src)
READER_FLAGS := $(SIMDJSON_INCLUDE) $(call asked,--cflags-only-I,$(strip $(XXHASH_PACKAGE) $(YAML_PACKAGE) $(EXPAT_PACKAGE) $(SIMDJSON_PACKAGE)),)
# What carries simdjson carries its C++ runtime too, and shows nothing of either.
SIMDJSON_LIB := $(if $(SIMDJSON_SRC),-static-libstdc++ -static-libgcc -Wl$(comma)--version-script=core/tree/json_simdjson.map,\
	$(call asked,--libs,$(SIMDJSON_PACKAGE),-lsimdjson))

WARNINGS = -Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef \
	-Wformat=2 -Wvla -Wconversion -Wsign-conversion
C_WARNINGS = $(WARNINGS) -Wstrict-prototypes -Wmissing-prototypes
OPTIMISE = -O2 -g
# Includes name files from here on: "core/os/file.h". What is more than POSIX of 2008 stands in core/os.
CPPFLAGS = -D_XOPEN_SOURCE=700 -I. -isystem $(LUA_INCLUDE) $(if $(LFS_SRC),-isystem $(LFS_CODE)) $(READER_FLAGS)
CFLAGS = -std=c11 $(OPTIMISE) $(C_WARNINGS) -fPIC -fvisibility=hidden
CXXFLAGS = -std=c++17 $(OPTIMISE) -Wall -Wextra -fPIC -fvisibility=hidden
LDFLAGS = -Wl,-O1 -Wl,--as-needed

# SANITIZE names what is to be added to the sanitizers of memory: nothing more (1), or libFuzzer's eyes; or that of
# threads, which goes with none of them.
# A build directory goes on as it began, whoever says make in it: tests do.
ifdef SANITIZE
$(shell mkdir -p "$(BUILD)" && echo $(SANITIZE) >"$(BUILD)/sanitize")
else
SANITIZE := $(shell cat "$(BUILD)/sanitize" 2>/dev/null)
endif
ifdef SANITIZE
SANITIZERS = $(if $(filter thread,$(SANITIZE)),thread,address$(comma)undefined)
OPTIMISE = -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZERS)$(patsubst %,$(comma)%,$(filter-out 1 thread,$(SANITIZE))) \
	-fno-sanitize-recover=all
# What libFuzzer is to see of Lua is its lines (tests/fuzz/family.c).
EMBED_LINES = $(if $(findstring fuzzer,$(SANITIZE)),--lines)
LDFLAGS += -fsanitize=$(SANITIZERS)
endif

# A compiler that warns of more than ours must not keep anybody from building: only lint is STRICT. It also
# sees what Ubuntu's compiler sees, which fortifies by itself and warns of results that nobody uses.
ifdef STRICT
WARNINGS += -Werror
CXXFLAGS += -Werror
C_WARNINGS += -pedantic-errors
CPPFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
endif

CORE = $(patsubst %.c,$(BUILD)/%.o,$(wildcard core/*.c core/*/*.c core/*/*/*.c))
# What a product carries of others: copies of static archives, in which names lead to what is ours (lua/private/).
SOURCE_ARCHIVES = $(addprefix $(BUILD)/sources/lib$(LUA_LIB:-l%=%),$(and $(LUA_SRC),.a) $(and $(CJSON_SRC),-cjson.a) \
	$(and $(LFS_SRC),-filesystem.a))
# In a library a reader is carried where its archive is there and may stand in a library; else it is linked as others link it.
archive = $(or $(filter %/$(1).a,$(SOURCE_ARCHIVES)),$(firstword $(wildcard $(LUA_LIBDIR)/$(1).a) \
	$(shell $(CC) -print-file-name=$(1).a)))
carried_if = $(if $(shell copy=$$(mktemp) && $(OBJCOPY) --redefine-syms=lua/private/all.names \
	$(call archive,lib$(1)) $$copy 2>/dev/null && $(CC) -shared -fPIC -Wl,-z,text lua/private/streams.c \
	-Wl,--whole-archive $$copy -Wl,--no-whole-archive -o /dev/null 2>/dev/null && echo yes; rm -f $$copy),$(1))
READERS_CARRIED := $(foreach reader,yaml expat,$(call carried_if,$(reader)))
READERS_SHARED = $(filter-out $(addprefix -l,$(READERS_CARRIED)),$(READER_LIBS))
private = $(patsubst %,$(BUILD)/private/lib%.a,$(1))
PRIVATE_READERS = $(call private,$(READERS_CARRIED))
PRIVATE_LUA = $(call private,$(addprefix $(LUA_LIB:-l%=%),-cjson -filesystem) $(LUA_LIB:-l%=%))

LUA_FACE = $(patsubst %.c,$(BUILD)/%.o,$(wildcard lua/bind/*.c lua/vm/*.c lua/api/*.c))

# meta/ holds types for editors.
MODULES := $(filter-out lua/upnudge/meta/%,$(wildcard lua/upnudge/*.lua lua/upnudge/*/*.lua lua/upnudge/*/*/*.lua))
POLICIES := $(wildcard policies/*.lua)
SCENARIOS := $(wildcard policies/scenarios/*.lua)
# upnudge.cli=lua/upnudge/cli/init.lua and so on, for graph.lua and embed.lua.
dotted = $(subst /,.,$(patsubst %/init,%,$(patsubst lua/%.lua,%,$(1))))
EMBED = $(foreach m,$(MODULES),$(call dotted,$(m))=$(m)) \
	$(foreach p,$(POLICIES),policy:$(basename $(notdir $(p)))=$(p)) \
	$(foreach s,$(SCENARIOS),scenario:$(basename $(notdir $(s)))=$(s))

PRODUCTS = $(BUILD)/upnudge $(BUILD)/upnudge-cli $(BUILD)/upnudge-json.so $(BUILD)/libupnudge.so \
	$(BUILD)/libupnudge.a $(BUILD)/lib/upnudge/core.so $(addprefix $(BUILD)/lib/upnudge/,upnudge-json.so upnudge-cli)

.PHONY: all demo test test-loaded test-sources asan lint generated bench bench-counts bench-strategies bench-growth bench-parse bench-peers torture histories corpus differential hostile faults model crashes simulate fuzz distributions install clean deps deps-test deps-corpus deps-model deps-parse deps-peers deps-torture deps-fuzz deps-deb deps-lint
all: deps
	@$(MAKE) --no-print-directory products
.PHONY: products
products: $(PRODUCTS)

# A product names what it begins with and has Lua modules of its own (lua/products.lua); the linker takes what
# these need from two archives. So what a product carries of core follows from its faces (lua/bind/module.h).
$(BUILD)/core.a: $(CORE)
$(BUILD)/lua.a: $(LUA_FACE)
$(BUILD)/private.a: $(patsubst %.c,$(BUILD)/%.o,$(wildcard lua/private/*.c))
$(BUILD)/core.a $(BUILD)/lua.a $(BUILD)/private.a:
	@rm -f $@
	@$(AR) rcs $@ $^
carried = $(addprefix $(BUILD)/,modules/$(1).o lua.a core.a private.a)

# The archives from releases. Their names are seen, for upnudge-cli shows those of Lua; what the libraries show is
# told where they are linked. Modules in pure Lua are found where Debian has them too.
SOURCE_FLAGS = -std=gnu99 -O2 -g -fPIC -w
LUA_SOURCES = $(filter-out %/lua.c %/luac.c %/onelua.c,$(wildcard $(LUA_CODE)/*.c))
search = $(foreach place,$(1),$(patsubst %,$(place)/%,$(2)))
empty :=
joined = '"$(subst $(empty) $(empty),;,$(strip $(1)))"'
LUA_DEFINES = -DLUA_COMPAT_5_3 -DLUA_USE_POSIX -DLUA_USE_DLOPEN \
	-DLUA_PATH_DEFAULT=$(call joined,$(call search,/usr/local/share/lua/5.4 /usr/share/lua/5.4,?.lua ?/init.lua)) \
	-DLUA_CPATH_DEFAULT=$(call joined,$(call search,$(addsuffix /lua/5.4,/usr/local/lib \
	/usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null) /usr/lib64 /usr/lib),?.so))

source_objects = $(addprefix $(BUILD)/sources/$(1)/,$(notdir $(2:.c=.o)))
$(BUILD)/sources/lib$(LUA_LIB:-l%=%).a: $(call source_objects,lua,$(LUA_SOURCES))
$(BUILD)/sources/lib$(LUA_LIB:-l%=%)-cjson.a: $(call source_objects,cjson,lua_cjson.c strbuf.c fpconv.c)
$(BUILD)/sources/lib$(LUA_LIB:-l%=%)-filesystem.a: $(call source_objects,lfs,lfs.c)
$(BUILD)/sources/%.a:
	@rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/sources/lua/%.o: $(LUA_CODE)/%.c
	@mkdir -p $(@D) && $(CC) $(SOURCE_FLAGS) $(LUA_DEFINES) -c -o $@ $<
$(BUILD)/sources/cjson/%.o: $(CJSON_CODE)/%.c
	@mkdir -p $(@D) && $(CC) $(SOURCE_FLAGS) -isystem $(LUA_INCLUDE) -c -o $@ $<
$(BUILD)/sources/lfs/%.o: $(LFS_CODE)/%.c
	@mkdir -p $(@D) && $(CC) $(SOURCE_FLAGS) -isystem $(LUA_INCLUDE) -c -o $@ $<
$(BUILD)/sources/simdjson/simdjson.o: $(SIMDJSON_SRC)/src/simdjson.cpp
	@echo "  CXX $@"
	@mkdir -p $(@D) && $(CXX) -std=c++17 -O2 -g -fPIC -fvisibility=hidden $(SIMDJSON_INCLUDE) -c -o $@ $<
# What runs Lua while it is built has to be of the version that is carried, for it dumps byte code.
$(BUILD)/sources/lua/lua: $(BUILD)/sources/lua/lua.o $(BUILD)/sources/lib$(LUA_LIB:-l%=%).a
	@echo "  CC $@"
	@$(CC) -Wl,-E -o $@ $^ -lm -ldl
OWN_LUA = $(if $(LUA_SRC),$(LUA))

.SECONDEXPANSION:
$(BUILD)/private/%.a: $$(call archive,$$*) lua/private/all.names $$(if $$(findstring -cjson,$$*),lua/private/cjson.names)
	@mkdir -p $(@D)
	@echo "  OBJCOPY $@"
	@$(OBJCOPY) $(addprefix --redefine-syms=,$(filter %.names,$^)) $< $@

# The archives may need each other. WHOLE: those that are taken as a whole.
PROGRAM_LINK = -no-pie $(LDFLAGS) -o $@ $(filter %.o,$^) $(if $(WHOLE),-Wl$(comma)--whole-archive $(WHOLE) \
	-Wl$(comma)--no-whole-archive) -Wl,--start-group $(filter-out $(WHOLE),$(filter %.a,$^)) -Wl,--end-group

# The activation path is one static program, for the dynamic linker alone costs as much as it does. Sanitisers need
# the linker, and valgrind does (STATIC=no). What a quiet one touches lies together, where the linker is one that adds
# a script to its own.
TOGETHER = $$($(CC) $(LDFLAGS) -Wl,--version 2>/dev/null | grep -q '^GNU ld' && echo -Wl,-T,lua/command/first.ld)
$(BUILD)/image/upnudge: $(addprefix $(BUILD)/lua/command/,main.o activation.o standing.o project.o prompt.o deadline.o failure.o inherited.o image.o) \
	$(call carried,upnudge) $(filter-out %-filesystem.a,$(PRIVATE_LUA)) lua/command/first.ld
	@mkdir -p $(@D)
	@echo "  $(CC) $@"
	@$(CC) $(if $(SANITIZE)$(filter no,$(STATIC)),,-static $(TOGETHER)) $(PROGRAM_LINK) -lm
# It is linked with an empty image, and run to fill it (lua/vm/image.h). IMAGE=no leaves that out, for a program that
# does not run where it is built; what was said last is kept, for an image of another program would be its ruin.
HAS_IMAGE = $(if $(SANITIZE)$(filter no,$(IMAGE)),no,yes)
$(BUILD)/image/wanted: force
	@mkdir -p $(@D)
	@echo $(HAS_IMAGE) | cmp -s - $@ || echo $(HAS_IMAGE) >$@
$(BUILD)/image/filled: $(BUILD)/image/upnudge
	@$< --fill-image $@.part && mv $@.part $@
$(BUILD)/upnudge: $(BUILD)/image/upnudge $(BUILD)/image/wanted $(if $(filter yes,$(HAS_IMAGE)),$(BUILD)/image/filled)
	@echo "  OBJCOPY $@"
	@$(if $(filter yes,$(HAS_IMAGE)),$(OBJCOPY) --update-section .image=$(BUILD)/image/filled $< $@.part,cp $< $@.part)
	@mv $@.part $@

# The full command carries its Lua and exports it, for C modules that a strategy may require. Fault tests have one
# with another os.
CLI = $(addprefix $(BUILD)/lua/command/,cli.o activation.o standing.o project.o deadline.o failure.o inherited.o question.o)
FAULTY_CLI = $(BUILD)/tests/fault/upnudge-cli
$(BUILD)/upnudge-cli: $(CLI) $(call carried,upnudge-cli) $(PRIVATE_LUA)
$(FAULTY_CLI): $(CLI) $(BUILD)/tests/fault/os.o $(call carried,upnudge-cli) $(PRIVATE_LUA) | $(BUILD)/tests/fault/upnudge-json.so
$(BUILD)/upnudge-cli $(FAULTY_CLI): WHOLE = $(call private,$(LUA_LIB:-l%=%))
$(BUILD)/upnudge-cli $(FAULTY_CLI):
	@echo "  $(CC) $@"
	@$(CC) $(PROGRAM_LINK) $(READER_LIBS) -lm -Wl,--export-dynamic-symbol='lua*'

# A library may meet any other Lua, or another libyaml, in its process: of what it carries it shows nothing, and
# takes nothing of others.
LIBRARY_LINK = -shared $(LDFLAGS) -Wl,--exclude-libs,ALL -Wl,-Bsymbolic -Wl,-z,now -Wl,-z,relro -Wl,-z,text \
	-o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(READERS_SHARED)

# What asks for memory is linked to lua/api/allocator.c, by which a host gives its own.
ALLOCATING = malloc calloc realloc free strdup
API_MAP = lua/api/upnudge.map
API = $(shell sed -n 's/^ *\(upnudge_[a-z_]*\);$$/\1/p' $(API_MAP))
$(BUILD)/libupnudge.so.0: $(addprefix $(BUILD)/lua/api/,allocator.o upnudge.o calls.o reason.o scheme.o) $(call carried,libupnudge) \
	$(PRIVATE_LUA) $(PRIVATE_READERS) $(API_MAP)
	@echo "  CC $@"
	@$(CC) $(LIBRARY_LINK) $(addprefix -Wl$(comma)--wrap=,$(ALLOCATING)) -Wl,--version-script=$(API_MAP) \
		-Wl,-soname,libupnudge.so.0 -Wl,-z,defs -lm

$(BUILD)/libupnudge.so: $(BUILD)/libupnudge.so.0
	@ln -sf libupnudge.so.0 $@

# The same for a program that carries the library itself: one object, whose names but the API's are its own. Where
# the JSON reader is installed cannot be told from where the program is.
$(BUILD)/static/libdir.c: force
	@mkdir -p $(@D)
	@echo 'extern const char un_libdir[]; const char un_libdir[] = "$(LIBDIR)/upnudge";' >$@.part
	@cmp -s $@.part $@ || mv $@.part $@
.PHONY: force

LIBRARY_OBJECT = $(BUILD)/static/libupnudge.o
$(BUILD)/libupnudge.a: $(addprefix $(BUILD)/lua/api/,allocator.o upnudge.o calls.o reason.o scheme.o) $(call carried,libupnudge) \
	$(BUILD)/static/libdir.o $(PRIVATE_LUA) $(PRIVATE_READERS) $(API_MAP)
	@echo "  LD $@"
	@$(LD) -r $(addprefix --wrap=,$(ALLOCATING)) -o $(LIBRARY_OBJECT) $(filter %.o,$^) \
		--start-group $(filter %.a,$^) --end-group
	@$(OBJCOPY) $(addprefix --keep-global-symbol=,$(API)) $(LIBRARY_OBJECT)
	@rm -f $@ && $(AR) rcs $@ $(LIBRARY_OBJECT)

# The Lua of this one is its host's. It has to say so where that is none of ours, and so is loaded even there: what
# it takes of Lua is weak.
WEAK_LUA = $(addprefix $(BUILD)/private/weak-,module.o lua.a)
$(BUILD)/private/weak-module.o: $(BUILD)/lua/bind/module.o
$(BUILD)/private/weak-lua.a: $(BUILD)/lua.a
$(WEAK_LUA):
	@mkdir -p $(@D)
	@$(OBJCOPY) --wildcard --weaken-symbol='lua*' $< $@

$(BUILD)/lib/upnudge/core.so: $(WEAK_LUA) $(BUILD)/modules/core.o $(BUILD)/core.a $(BUILD)/private.a $(PRIVATE_READERS)
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(LIBRARY_LINK)

$(BUILD)/upnudge-json.so: $(BUILD)/core/tree/json_simdjson.o $(if $(SIMDJSON_SRC),$(BUILD)/sources/simdjson/simdjson.o)
	@echo "  CXX $@"
	@$(CXX) -shared $(LDFLAGS) -o $@ $^ $(SIMDJSON_LIB)

# What belongs to core.so lies beside it.
$(BUILD)/lib/upnudge/upnudge-json.so $(BUILD)/lib/upnudge/upnudge-cli: $(BUILD)/lib/upnudge/%: $(BUILD)/%
	@mkdir -p $(@D)
	@ln -sf ../../$* $@

$(BUILD)/lua/bind/module.o: CPPFLAGS += -DUN_VERSION='"$(VERSION)"'
$(BUILD)/lua/bind/module.o: lua/api/upnudge.h

$(BUILD)/modules/%.c: $(MODULES) $(POLICIES) $(SCENARIOS) lua/products.lua lua/vm/graph.lua lua/vm/embed.lua | $(OWN_LUA)
	@mkdir -p $(@D)
	@echo "  EMBED $@"
	@carried=$$("$(LUA)" lua/vm/graph.lua lua/products.lua $* $(EMBED)) && "$(LUA)" lua/vm/embed.lua $(EMBED_LINES) $@ $$carried

$(BUILD)/static/%.o: $(BUILD)/static/%.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/%.o: $(BUILD)/%.c lua/vm/embedded.h
	@echo "  CC $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/core/os/%.o $(BUILD)/tests/%.o: CPPFLAGS += -D_GNU_SOURCE

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.cc
	@mkdir -p $(@D)
	@echo "  CXX $@"
	@$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(BUILD) -path $(BUILD)/roots -prune -o -type f -name '*.d' -print 2>/dev/null)

# --- tests -------------------------------------------------------------------------------------

# Fault tests link another os (tests/fault/os.c) in the place of core/os/os.o.
DIFFERENTIAL = $(BUILD)/tests/differential/tree
SIMULATION = $(BUILD)/tests/simulation/simulate
UNIT = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*_test.c))
HOSTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/host/*.c) $(addprefix tests/bench/,activation.c process.c \
	crowd.c handle.c commit.c))
FAULT = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fault/*_test.c))
KERNELS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/kernel/*.c tests/injection/*.c))
# Hosts with another Lua (tests/stranger/), as many as are there: it is linked statically, with names that the
# whole process sees or that nobody does, or is a shared library, or comes with an object that is loaded.
STRANGERS := $(foreach lua,lua5.1 lua5.3 lua5.4 luajit,$(call package,$(lua)))
STRANGER_HOSTS = $(BUILD)/tests/stranger/none $(foreach lua,$(STRANGERS),$(addprefix $(BUILD)/tests/stranger/$(lua)/,\
	hidden exported shared linked-hidden linked-exported linked-shared object.so))
.PHONY: test-programs
test-programs: products $(UNIT) $(FAULT) $(FAULTY_CLI) $(HOSTS) $(STRANGER_HOSTS) $(BUILD)/tests/memory/main \
	$(BUILD)/tests/memory/fail.so $(KERNELS) $(BUILD)/tests/bench/parse $(BUILD)/tests/bench/events $(BUILD)/tests/bench/look \
	$(DIFFERENTIAL) $(SIMULATION)

$(BUILD)/tests/bench/look: $(BUILD)/tests/bench/look.o
	@echo "  CC $@"
	@$(CC) $(if $(SANITIZE),,-static) $(LDFLAGS) -o $@ $^

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/core.a
	@echo "  CC $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(READER_LIBS) -lm

# The VM has modules of the tests in the place of ours.
VM_TESTS = $(addprefix $(BUILD)/tests/unit/,vm_test pool_test image_test embedded_test source_test argument_test package_test runtime_test)
VM_MODULES := $(wildcard tests/unit/modules/*.lua)
$(VM_TESTS): %: %.o $(BUILD)/tests/unit/modules.o $(BUILD)/lua.a $(BUILD)/core.a $(BUILD)/private.a $(call private,$(LUA_LIB:-l%=%))
	@echo "  CC $@"
	@$(CC) $(PROGRAM_LINK) $(READER_LIBS) -lm

$(addprefix $(BUILD)/tests/unit/,package_test runtime_test): $(PRIVATE_LUA)

$(BUILD)/tests/unit/modules.c: $(VM_MODULES) lua/vm/embed.lua | $(OWN_LUA)
	@mkdir -p $(@D)
	@echo "  EMBED $@"
	@$(LUA) lua/vm/embed.lua $@ $(foreach m,$(VM_MODULES),$(basename $(notdir $(m)))=$(m))

$(BUILD)/tests/bench/parse $(BUILD)/tests/bench/events $(DIFFERENTIAL): %: %.o $(CORE)
	@echo "  CC $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(READER_LIBS) -lm

# These embed the library as a stranger's program would.
$(HOSTS): %: %.o $(BUILD)/libupnudge.so
	@echo "  $(CC) $@"
	@$(CC) $(LDFLAGS) -o $@ $< -L$(BUILD) -lupnudge $(LUA_LIB) -Wl,-rpath,'$$ORIGIN/../..'

# A host without memory (tests/memory/).
$(BUILD)/tests/memory/main: %: %.o $(BUILD)/libupnudge.so $(BUILD)/tests/memory/fail.so
	@echo "  $(CC) $@"
	@$(CC) $(LDFLAGS) -o $@ $< $(BUILD)/tests/memory/fail.so -L$(BUILD) -lupnudge -Wl,-rpath,'$$ORIGIN/../..:$$ORIGIN'
$(BUILD)/tests/memory/fail.so: $(BUILD)/tests/memory/fail.o
	@$(CC) -shared -Wl,-soname,$(@F) -o $@ $<

$(KERNELS): %: %.o
	@echo "  CC $@"
	@$(CC) $(LDFLAGS) -o $@ $<

stranger_libs = $(shell $(PKG_CONFIG) --libs-only-l $(1) | tr ' ' '\n' | grep lua)
STRANGER_LINK = $(CC) $(LDFLAGS) -o $@ $(filter %.o,$^)
LINKED = -L$(BUILD) -Wl,--no-as-needed -lupnudge -Wl,-rpath,'$$ORIGIN/../../..'
STATIC_STRANGER = -Wl,-Bstatic $(call stranger_libs,$*) -Wl,-Bdynamic -lm -ldl
EXPORTED_STRANGER = -rdynamic -Wl,-Bstatic -Wl,--whole-archive $(call stranger_libs,$*) -Wl,--no-whole-archive \
	-Wl,-Bdynamic -lm -ldl
STRANGER_OBJECTS = $(BUILD)/tests/stranger/main.o $(BUILD)/tests/stranger/%/script.o

$(BUILD)/tests/stranger/%/script.o: tests/stranger/script.c tests/stranger/script.h
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) -D_GNU_SOURCE -I. $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags-only-I $*)) $(CFLAGS) -c -o $@ $<

$(BUILD)/tests/stranger/none: $(BUILD)/tests/stranger/main.o
	@$(STRANGER_LINK)
$(BUILD)/tests/stranger/%/hidden: $(STRANGER_OBJECTS)
	@$(STRANGER_LINK) $(STATIC_STRANGER)
$(BUILD)/tests/stranger/%/exported: $(STRANGER_OBJECTS)
	@$(STRANGER_LINK) $(EXPORTED_STRANGER)
$(BUILD)/tests/stranger/%/shared: $(STRANGER_OBJECTS)
	@$(STRANGER_LINK) $(call stranger_libs,$*)
$(BUILD)/tests/stranger/%/linked-hidden: $(STRANGER_OBJECTS) $(BUILD)/libupnudge.so
	@$(STRANGER_LINK) $(STATIC_STRANGER) $(LINKED)
$(BUILD)/tests/stranger/%/linked-exported: $(STRANGER_OBJECTS) $(BUILD)/libupnudge.so
	@$(STRANGER_LINK) $(EXPORTED_STRANGER) $(LINKED)
$(BUILD)/tests/stranger/%/linked-shared: $(STRANGER_OBJECTS) $(BUILD)/libupnudge.so
	@$(STRANGER_LINK) $(call stranger_libs,$*) $(LINKED)
$(BUILD)/tests/stranger/%/object.so: $(BUILD)/tests/stranger/%/script.o
	@$(STRANGER_LINK) -shared $(call stranger_libs,$*)

$(BUILD)/tests/fault/%: $(BUILD)/tests/fault/%.o $(BUILD)/tests/fault/os.o $(filter-out $(BUILD)/core/os/os.o,$(CORE))
	@echo "  CC $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(READER_LIBS) -lm

# The library on a machine that is made up (tests/simulation/): its os.c in the place of ours, and what goes past that.
SIMULATED = realpath opendir fdopendir readdir readdir64 closedir stat64 lstat64 fopen fopen64 clock_gettime time \
	un_runtime_new
$(SIMULATION): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/simulation/*.c)) $(addprefix $(BUILD)/lua/api/,upnudge.o calls.o reason.o) \
	$(call carried,libupnudge) $(PRIVATE_LUA)
	@echo "  $(CC) $@"
	@$(CC) $(addprefix -Wl$(comma)--wrap=,$(SIMULATED)) $(PROGRAM_LINK) $(READER_LIBS) -lm

# The JSON reader is looked for beside the program that parses.
$(UNIT) $(FAULT): | $(BUILD)/tests/unit/upnudge-json.so
$(DIFFERENTIAL): | $(BUILD)/tests/differential/upnudge-json.so
$(BUILD)/tests/bench/parse: | $(BUILD)/tests/bench/upnudge-json.so
$(BUILD)/tests/unit/upnudge-json.so $(BUILD)/tests/bench/upnudge-json.so $(BUILD)/tests/fault/upnudge-json.so \
	$(BUILD)/tests/differential/upnudge-json.so: $(BUILD)/upnudge-json.so
	@mkdir -p $(@D)
	@ln -sf ../../upnudge-json.so $@
.PRECIOUS: $(BUILD)/tests/stranger/%/script.o $(BUILD)/%.o $(BUILD)/modules/%.c

# How many tests run at once, and compilers before them, unless somebody says -j.
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
test: deps-test
	@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS)) test-programs
	@BUILD=$(BUILD) LUA="$(LUA)" JOBS=$(JOBS) "$(LUA)" tests/run.lua $(ONLY)

LOOPS ?= 8
TIMES ?= 3
test-loaded: deps-test
	@$(MAKE) --no-print-directory test-programs
	@BUILD=$(BUILD) LUA="$(LUA)" JOBS=$(JOBS) tests/loaded.sh $(LOOPS) $(TIMES) "$(LUA)" tests/run.lua $(ONLY)

asan:
	@$(MAKE) --no-print-directory test BUILD=build-asan SANITIZE=1

# Of what has threads.
TSAN_ROUNDS ?= 20
TSAN_TESTS = $(addprefix $(BUILD)/tests/,host/threads host/busy unit/json_test unit/owner_test unit/child_test unit/question_test)
.PHONY: tsan tsan-programs
tsan-programs: products $(TSAN_TESTS)
tsan: deps-test
	@$(MAKE) --no-print-directory tsan-programs BUILD=build-tsan SANITIZE=thread
	@tests/tsan.sh build-tsan $(TSAN_ROUNDS)

# Memcheck sees into a program that is linked dynamically, and has no image of another state of it.
.PHONY: valgrind
valgrind: deps-test
	@$(MAKE) --no-print-directory products BUILD=build-valgrind STATIC=no IMAGE=no
	@tests/valgrind.sh build-valgrind $(LOCKFILES)

# What needs no library but Lua's; all else of core and lua is compiled.
MUSL_TESTS = $(addprefix $(BUILD)/tests/unit/,$(addsuffix _test,arena atomic child detach digest directory error file \
	hash inquiry lock log mask own owner packages platform scheme scheme_rules scratch sort standin system toml)) $(filter-out %/runtime_test,$(VM_TESTS))
.PHONY: musl musl-programs
musl-programs: $(CORE) $(LUA_FACE) $(BUILD)/private.a $(CLI) $(BUILD)/upnudge $(MUSL_TESTS)
musl: all
	@tests/musl.sh build-musl $(BUILD)

test-sources: deps-test
	@SUITE="$(SUITE)" tests/sources.sh build-sources $(ONLY)

demo: all
	@tests/demo.sh $(BUILD)

bench: deps-test
	@$(MAKE) --no-print-directory test-programs
	@tests/bench/run.sh $(BUILD)

bench-counts: deps-test
	@$(MAKE) --no-print-directory test-programs
	@BUILD=$(BUILD) LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH='$(BUILD)/lib/?.so;;' \
		"$(LUA)" -e 'require "counts".keep()'

bench-strategies: deps-test
	@$(MAKE) --no-print-directory test-programs
	@BUILD=$(BUILD) LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH='$(BUILD)/lib/?.so;;' \
		"$(LUA)" tests/bench/strategies.lua

# In memory where there is such a place: what grows is ours, and a disk's own pace is not.
bench-growth: deps-test
	@$(MAKE) --no-print-directory test-programs
	@[ ! -w /dev/shm ] || export TMPDIR=/dev/shm; BUILD=$(BUILD) LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' \
		LUA_CPATH='$(BUILD)/lib/?.so;;' "$(LUA)" tests/bench/growth.lua

# What only these figures need npm fetches into the build directory, once.
READERS_NPM = jsonc-parser@3.3.1 js-yaml@5.5.0 yaml@2.9.1 smol-toml@1.9.1 @iarna/toml@3.0.0 @yarnpkg/lockfile@1.1.0 \
	@yarnpkg/parsers@3.1.0 @snyk/gemfile@1.3.0 hcl2-parser@1.0.3 fast-xml-parser@5.12.1 txml@6.0.3
bench-parse: deps-parse
	@$(MAKE) --no-print-directory test-programs
	@[ -e $(BUILD)/readers/.complete ] || { mkdir -p $(BUILD)/readers && npm install --silent --no-audit --no-fund \
		--ignore-scripts --prefix $(BUILD)/readers $(READERS_NPM) && touch $(BUILD)/readers/.complete; }
	@tests/bench/parse.sh $(BUILD) $(CORPUS)

bench-peers: deps-peers
	@$(MAKE) --no-print-directory products $(BUILD)/tests/bench/process
	@ROUNDS=$(ROUNDS) tests/bench/peers.sh $(BUILD)

corpus: all deps-corpus
	@UPNUDGE=$(BUILD)/upnudge tests/corpus/run.sh $(CORPUS) $(FORMATS)

# The directories are where documents are found, beside those that each script has of its own.
differential: deps-test
	@$(MAKE) --no-print-directory products $(DIFFERENTIAL)
	@tests/differential/run.sh $(DIFFERENTIAL) tests/fixtures $(wildcard $(CORPUS))

# Every campaign has seeds of its own, and says them.
SECONDS ?= 60
SEED ?= $(shell date +%s)
hostile: deps-test
	@$(MAKE) --no-print-directory products
	@BUILD=$(BUILD) LUA="$(LUA)" LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH='$(BUILD)/lib/?.so;;' \
		SECONDS=$(SECONDS) SEED=$(SEED) SIZE=$(SIZE) "$(LUA)" tests/hostile/run.lua $(ONLY)

torture: deps-torture
	@$(MAKE) --no-print-directory products
	@ROUNDS=$(ROUNDS) SHELLS=$(SHELLS) SEED=$(SEED) tests/torture/run.sh $(BUILD) $(ONLY)

histories: deps-test
	@$(MAKE) --no-print-directory products
	@BUILD=$(BUILD) LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH='$(BUILD)/lib/?.so;;' \
		SECONDS=$(SECONDS) SEED=$(SEED) "$(LUA)" tests/histories/run.lua $(ONLY)

faults: deps-test
	@$(MAKE) --no-print-directory test-programs
	@[ ! -w /dev/shm ] || export TMPDIR=/dev/shm; BUILD=$(BUILD) MOST=$(MOST) SEED=$(SEED) PLAN=$(PLAN) \
		LOG=$(BUILD)/faults.log /usr/bin/python3 tests/injection/faults.py $(ONLY)

# The strategies in every order of steps; nothing of ours need be built for it.
model: deps-model
	@mkdir -p "$(BUILD)/model" && "$(LUA)" tests/model/run.lua "$(BUILD)/model"

# Choices of states are the same each time, unless another seed is named.
crashes: MOST ?= 30
crashes: SEED = 1
crashes: deps-test
	@$(MAKE) --no-print-directory products
	@BUILD=$(BUILD) LUA="$(LUA)" LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH='$(BUILD)/lib/?.so;;' \
		MOST=$(MOST) SEED=$(SEED) "$(LUA)" tests/crashes/run.lua $(ONLY)

# What is said of the library in every order of system calls that there is time for.
simulate: deps
	@$(MAKE) --no-print-directory $(SIMULATION)
ifdef SCHEDULE
	@$(SIMULATION) play '$(SCHEDULE)' $(MUTANT:%=tests/simulation/mutants/%.lua)
else
	@$(SIMULATION) run $(SECONDS) $(SEED) $(JOBS)
	@$(SIMULATION) race 20000 $(SEED)
	@$(SIMULATION) mutants 20000 $(SEED) tests/simulation/mutants/*.lua
endif

# --- fuzzing: libFuzzer, so clang ---------------------------------------------------------------

# Of each target; those of core alone, and those whose logic is Lua, which are one program.
FUZZ_SECONDS ?= 60
FUZZERS = $(patsubst %,$(BUILD)/tests/fuzz/%,json yaml toml xml lines versions lockfiles)
FAMILIES = $(patsubst tests/fuzz/%.lua,$(BUILD)/tests/fuzz/%,$(filter-out %/ground.lua,$(wildcard tests/fuzz/*.lua)))
.PHONY: fuzz-programs
fuzz-programs: $(FUZZERS) $(FAMILIES) $(BUILD)/tests/fuzz/standing $(BUILD)/tests/fuzz/upnudge-json.so
$(FUZZERS): %: %.o $(addprefix $(BUILD)/tests/fuzz/,fuzz.o memory.o) $(CORE)
	@echo "  $(CXX) $@"
	@$(CXX) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(READER_LIBS) -lm
$(BUILD)/tests/fuzz/family: $(addprefix $(BUILD)/tests/fuzz/,family.o memory.o) $(call carried,upnudge-cli) $(PRIVATE_LUA)
	@echo "  $(CXX) $@"
	@$(CXX) $(PROGRAM_LINK) -fsanitize=fuzzer -Wl,--wrap=lua_sethook,--wrap=lua_newstate $(READER_LIBS) -lm
$(BUILD)/tests/fuzz/standing: $(addprefix $(BUILD)/,tests/fuzz/standing.o lua/command/standing.o) $(call carried,upnudge) $(PRIVATE_LUA)
	@echo "  $(CXX) $@"
	@$(CXX) $(PROGRAM_LINK) -fsanitize=fuzzer $(READER_LIBS) -lm
$(FAMILIES): $(BUILD)/tests/fuzz/family
	@ln -sf family $@
$(BUILD)/tests/fuzz/upnudge-json.so: $(BUILD)/upnudge-json.so
	@ln -sf ../../upnudge-json.so $@

fuzz: deps-fuzz
	@$(MAKE) --no-print-directory fuzz-programs BUILD=build-fuzz SANITIZE=fuzzer-no-link CC=clang CXX=clang++
	@JOBS=$(JOBS) tests/fuzz/run.sh build-fuzz $(FUZZ_SECONDS) $(ONLY)

# --- other systems ------------------------------------------------------------------------------

ROOTS ?= $(BUILD)/roots
distributions:
	@ROOTS="$(ROOTS)" tests/distributions.sh $(DISTRIBUTIONS)

# --- what the code must look like --------------------------------------------------------------

C_FILES = $(wildcard core/*.[ch] core/*/*.[ch] core/*/*/*.[ch] core/*/*.cc lua/*/*.[ch] tests/*/*.[ch] tests/*/*.cc)
lint: deps-lint
	@$(MAKE) --no-print-directory test-programs BUILD=build-lint STRICT=yes
	@CC="$(CC)" LUA_INCLUDE="$(LUA_INCLUDE)" tests/lint.sh build-lint $(C_FILES)

# Tests compare them, so they are made anew whenever the schema changes, or the C API grows.
generated: all
	@CC="$(CC)" "$(LUA)" tests/lint/abi.lua lua/api/upnudge.h lua/api/upnudge.abi --write
	@LUA_PATH='lua/?.lua;lua/?/init.lua;;' LUA_CPATH='$(BUILD)/lib/?.so;;' "$(LUA)" tests/names.lua >$(BUILD)/names && mv $(BUILD)/names lua/upnudge/lockfile/names.lua
	@$(BUILD)/upnudge policy reference >$(BUILD)/reference && mv $(BUILD)/reference policies/REFERENCE.md
	@$(BUILD)/upnudge policy reference --types >$(BUILD)/types && mv $(BUILD)/types lua/upnudge/meta/policy.lua
	@$(BUILD)/upnudge policy reference --types testing >$(BUILD)/types && \
	    mv $(BUILD)/types lua/upnudge/meta/testing.lua

# --- what has to be installed ------------------------------------------------------------------

# What is there as a release need not be.
PACKAGES = g++ $(if $(LUA_SRC),,liblua5.4-dev) $(if $(CJSON_SRC),,lua-cjson-dev) $(if $(LFS_SRC),,lua-filesystem-dev) \
	$(if $(SIMDJSON_SRC),,libsimdjson-dev) lua5.4 lua-cjson lua-filesystem lua-argparse libxxhash-dev libyaml-dev \
	libexpat1-dev jq scdoc
TEST_PACKAGES = $(PACKAGES) lua-busted python3 lua-dbi-sqlite3 lua-dbi-postgresql postgresql sqlite3 \
	locales strace valgrind zsh fish direnv lua5.1 liblua5.1-0-dev lua5.3 liblua5.3-dev luajit libluajit-5.1-dev
# The programs of others; a node or an npm that came in another way is one, too.
PEERS_PACKAGES = $(PACKAGES) $(if $(call first_program,node),,nodejs) $(if $(call first_program,npm),,npm) \
	python3 python3-venv gh strace util-linux bsdutils
TORTURE_PACKAGES = $(PEERS_PACKAGES) lua-dbi-sqlite3
CORPUS_PACKAGES = $(PACKAGES) python3 python3-yaml
PARSE_PACKAGES = $(PACKAGES) python3 python3-yaml $(if $(call first_program,node),,nodejs) \
	$(if $(call first_program,npm),,npm)
MODEL_PACKAGES = spin gcc lua5.4
FUZZ_PACKAGES = $(PACKAGES) clang libclang-rt-dev llvm
DEB_PACKAGES = $(PACKAGES) dpkg-dev
LINT_PACKAGES = $(TEST_PACKAGES) lua-check cppcheck clang-format

# $(call install_missing,WHO,PACKAGES): says what is missing, who needs it, and installs it; asks for root only
# then, and where it cannot have it says the one line to run. Without dpkg nobody can tell; DEPS=no asks nobody.
define install_missing
	@[ "$(DEPS)" != no ] || exit 0; \
	command -v dpkg-query >/dev/null || { echo "no dpkg here: if something is missing, $(1) needs what Debian calls $(2)"; exit 0; }; \
	missing=""; for p in $(2); do \
		dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	echo "$(1) needs:$$missing"; \
	if [ "$$(id -u)" = 0 ]; then sudo=; \
	elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then sudo=sudo; \
	else sudo=none; fi; \
	[ "$$sudo" = none ] || { echo "installing it with apt-get"; { $$sudo apt-get update -qq && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	} >/dev/null; } || sudo=none; \
	[ "$$sudo" != none ] || { echo "install it with this line, or say DEPS=no if it is there in another way:" >&2; \
		echo "  sudo apt-get install --no-install-recommends$$missing" >&2; exit 1; }
endef
deps:
	$(call install_missing,the build,$(PACKAGES))
deps-test:
	$(call install_missing,the test suite,$(TEST_PACKAGES))
deps-peers:
	$(call install_missing,the comparison with peers,$(PEERS_PACKAGES))
deps-torture:
	$(call install_missing,the torture of notifiers,$(TORTURE_PACKAGES))
deps-corpus:
	$(call install_missing,the comparison with other readers,$(CORPUS_PACKAGES))
deps-model:
	$(call install_missing,the model,$(MODEL_PACKAGES))
deps-parse:
	$(call install_missing,the comparison of speed with other readers,$(PARSE_PACKAGES))
deps-fuzz:
	$(call install_missing,fuzzing,$(FUZZ_PACKAGES))
deps-deb:
	$(call install_missing,making packages,$(DEB_PACKAGES))
deps-lint:
	$(call install_missing,lint,$(LINT_PACKAGES))

# --- what is installed, and where (lua/packaging/README.md) ------------------------------------------

INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/upnudge
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
PLACES = DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" LIBDIR="$(LIBDIR)" INCLUDEDIR="$(INCLUDEDIR)" MANDIR="$(MANDIR)" \
	DOCDIR="$(DOCDIR)" ZSHDIR="$(ZSHDIR)" VERSION="$(VERSION)" \
	PC_REQUIRES="$(PC_REQUIRES)" PC_LIBS="$(PC_LIBS)"
# Of others' libraries those that ours does not carry, by the name that pkg-config knows them by, if it does.
PC_LIBS = $(strip $(if $(YAML_PACKAGE),,$(filter -lyaml,$(READERS_SHARED))) \
	$(if $(EXPAT_PACKAGE),,$(filter -lexpat,$(READERS_SHARED))) -lm)
PC_REQUIRES = $(strip $(if $(filter yaml,$(READERS_CARRIED)),,$(YAML_PACKAGE)) \
	$(if $(filter expat,$(READERS_CARRIED)),,$(EXPAT_PACKAGE)))

MANUAL = $(addprefix $(BUILD)/manual/,upnudge.1 upnudge-policy.5 upnudge.3)
COMPLETIONS = $(addprefix $(BUILD)/completions/,upnudge _upnudge upnudge.fish)
SCDOC := $(call first_program,scdoc)
# What is made bears the time of what it is made from.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
DESCRIBE = LUA_PATH='lua/?.lua;lua/?/init.lua;;' LUA_CPATH='$(BUILD)/lib/?.so;;' "$(LUA)" lua/packaging/manual.lua

$(BUILD)/manual/upnudge.1: lua/command/upnudge.1.scd
$(BUILD)/manual/upnudge.3: lua/api/upnudge.3.scd lua/api/upnudge.h
$(BUILD)/manual/upnudge-policy.5: policies/upnudge-policy.5.scd
$(MANUAL): lua/packaging/manual.lua $(MODULES) $(BUILD)/lib/upnudge/core.so
	@mkdir -p $(@D)
	@echo "  SCDOC $@"
	@$(DESCRIBE) $(filter %.scd,$^) >$@.scd
	@SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) $(SCDOC) <$@.scd >$@.part && mv $@.part $@

$(BUILD)/completions/upnudge: SHELL_OF = bash
$(BUILD)/completions/_upnudge: SHELL_OF = zsh
$(BUILD)/completions/upnudge.fish: SHELL_OF = fish
$(COMPLETIONS): lua/packaging/manual.lua $(MODULES) $(BUILD)/lib/upnudge/core.so
	@mkdir -p $(@D)
	@$(DESCRIBE) $(SHELL_OF) >$@.part && mv $@.part $@

.PHONY: documents uninstall rock install-rock rockspec deb deb-packages
documents: all
	@$(MAKE) --no-print-directory -s $(if $(SCDOC),$(MANUAL)) $(COMPLETIONS)
	@[ -n "$(SCDOC)" ] || echo "no scdoc here, so there are no manual pages"

install: documents
	@$(PLACES) lua/packaging/tree.sh $(BUILD) $(BUILD)/tree
	@$(PLACES) lua/packaging/install.sh install $(BUILD)/tree
uninstall:
	@$(PLACES) lua/packaging/install.sh uninstall

# What luarocks builds and installs: the Lua module alone.
rock: $(BUILD)/lib/upnudge/core.so $(BUILD)/lib/upnudge/upnudge-json.so
install-rock:
	cp -r lua/upnudge "$(ROCK_LUA)/"
	install -d "$(ROCK_LIB)/upnudge"
	install -m 755 $(BUILD)/lib/upnudge/core.so $(BUILD)/upnudge-json.so "$(ROCK_LIB)/upnudge/"

# Four packages of Debian, in $(BUILD)/deb.
REVISION ?= 1
MAINTAINER ?= $(or $(DEBFULLNAME),The upnudge authors) <$(or $(DEBEMAIL),upnudge@example.org)>
DEB_PLACES = PREFIX=/usr LIBDIR=/usr/lib/$$(dpkg-architecture -qDEB_HOST_MULTIARCH) ZSHDIR=/usr/share/zsh/vendor-completions
deb: deps-deb
	@$(MAKE) --no-print-directory deb-packages DEPS=no DESTDIR= $(DEB_PLACES)
deb-packages: documents
	@$(PLACES) lua/packaging/tree.sh $(BUILD) $(BUILD)/deb/tree
	@VERSION=$(VERSION) REVISION=$(REVISION) MAINTAINER="$(MAINTAINER)" SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) \
		lua/packaging/deb.sh $(BUILD)/deb/tree $(BUILD)/deb/work $(BUILD)/deb

RELEASE = $(BUILD)/upnudge-$(VERSION)-1.rockspec
rockspec:
	@mkdir -p $(BUILD)
	@sed -e '/^--/d' -e 's/"scm-1"/"$(VERSION)-1"/' upnudge-scm-1.rockspec >$(RELEASE)
	@echo $(RELEASE)

clean:
	rm -rf build build-asan build-tsan build-valgrind build-fuzz build-lint build-sources build-musl build-clang
