// acme.rs
use std::ffi::{CStr, CString};
use std::io::Read;
use std::os::raw::{c_char, c_int, c_void};
use std::{env, io, mem, process, ptr};

// From upnudge.h. Each struct says its size, so a newer library has more fields and still knows these.
#[repr(C)]
struct Options { size: usize, app: *const c_char, state_dir: *const c_char, policy: *const c_char }
#[repr(C)]
struct Activation {
    size: usize,
    environment: *const c_char, lockfile: *const c_char, name: *const c_char,
    mode: *const c_char, command: *const c_char, hint: *const c_char,
    now: i64, terminal: c_int, active: c_int,
}
#[repr(C)]
struct Notice {
    size: usize,
    notified: c_int, text: *const c_char, reason: *const c_char, rule: *const c_char, next_at: i64,
}
#[repr(C)]
struct Target {
    size: usize,
    environment: *const c_char, lockfile: *const c_char, name: *const c_char, now: i64, max_age: i64,
}
const OK: c_int = 0;
const ERROR: c_int = 1;
const USAGE: c_int = 2;

#[link(name = "upnudge")]
extern "C" {
    fn upnudge_open(out: *mut *mut c_void, options: *const Options) -> c_int;
    fn upnudge_close(u: *mut c_void);
    fn upnudge_error(u: *const c_void) -> *const c_char;
    fn upnudge_notify(u: *mut c_void, activation: *const Activation, out: *mut Notice) -> c_int;
    fn upnudge_check_begin(out: *mut *mut c_void, u: *mut c_void, target: *const Target) -> c_int;
    fn upnudge_check_commit(check: *mut c_void, lockfile: *const u8, length: usize) -> c_int;
    fn upnudge_check_fail(check: *mut c_void, reason: *const c_char) -> c_int;
    fn upnudge_check_abort(check: *mut c_void);
    fn upnudge_check_detach(u: *mut c_void, target: *const Target, argv: *const *const c_char, timeout: i64) -> c_int;
}

fn text(words: &str) -> CString {
    CString::new(words).expect("no NUL")
}

fn target(environment: &CStr) -> Target {
    Target {
        size: mem::size_of::<Target>(), environment: environment.as_ptr(), max_age: -1, ..unsafe { mem::zeroed() }
    }
}

/// A handle, for one thread at a time; a raw pointer keeps it from others.
struct Upnudge(*mut c_void);

impl Upnudge {
    fn open(app: &str) -> Result<Self, String> {
        let (mut u, app) = (Upnudge(ptr::null_mut()), text(app));
        let options = Options { app: app.as_ptr(), size: mem::size_of::<Options>(), ..unsafe { mem::zeroed() } };
        let status = unsafe { upnudge_open(&mut u.0, &options) };
        u.must(status).map(|_| u)
    }

    /// The words for what failed live until the next call.
    fn must(&self, status: c_int) -> Result<c_int, String> {
        match status {
            ERROR | USAGE => Err(self.words()),
            _ => Ok(status),
        }
    }

    fn words(&self) -> String {
        unsafe { CStr::from_ptr(upnudge_error(self.0)) }.to_string_lossy().into_owned()
    }

    /// At each activation: what there is to say.
    fn notify(&self, environment: &str, hint: &str) -> Option<String> {
        let (environment, hint) = (text(environment), text(hint));
        let activation = Activation {
            size: mem::size_of::<Activation>(), environment: environment.as_ptr(), hint: hint.as_ptr(), terminal: -1,
            ..unsafe { mem::zeroed() }
        };
        let mut notice = Notice { size: mem::size_of::<Notice>(), ..unsafe { mem::zeroed() } };
        let status = unsafe { upnudge_notify(self.0, &activation, &mut notice) };
        (status == OK && notice.notified != 0)
            .then(|| unsafe { CStr::from_ptr(notice.text) }.to_string_lossy().into_owned())
    }

    /// A check in the background, once a day.
    fn check_detach(&self, environment: &str, command: &[&str]) -> Result<c_int, String> {
        let (environment, words) = (text(environment), command.iter().map(|word| text(word)).collect::<Vec<_>>());
        let argv: Vec<_> = words.iter().map(|word| word.as_ptr()).chain([ptr::null()]).collect();
        self.must(unsafe { upnudge_check_detach(self.0, &target(&environment), argv.as_ptr(), 0) })
    }

    /// A check by ourselves, unless that was done lately or somebody else is at it; then says so.
    fn check(&self, environment: &str, dry_upgrade: impl FnOnce() -> Vec<u8>) -> Result<Option<String>, String> {
        let (mut check, environment) = (ptr::null_mut(), text(environment));
        if self.must(unsafe { upnudge_check_begin(&mut check, self.0, &target(&environment)) })? != OK {
            return Ok(Some(self.words()));
        }
        let bytes = dry_upgrade();
        let ended = self.must(unsafe {
            if bytes.is_empty() {
                upnudge_check_fail(check, text("the dry upgrade printed nothing").as_ptr())
            } else {
                upnudge_check_commit(check, bytes.as_ptr(), bytes.len())
            }
        });
        unsafe { upnudge_check_abort(check) };
        ended.map(|_| None)
    }
}

impl Drop for Upnudge {
    fn drop(&mut self) {
        unsafe { upnudge_close(self.0) }
    }
}

/// Stands for your command, which takes its time and prints the lockfile of an upgrade.
const DRY_UPGRADE: [&str; 3] = ["sh", "-c", "\"$UPNUDGE_ENVIRONMENT/dry-upgrade\""];

fn run(task: &str, environment: &str) -> Result<Option<String>, String> {
    let u = Upnudge::open("acme-in-rust")?;
    if task != "check" {
        let notice = u.notify(environment, "acme upgrades");
        // An activation does not fail for it; `upnudge explain` says why.
        let _ = u.check_detach(environment, &DRY_UPGRADE);
        return Ok(notice);
    }
    // What stands for our own dry upgrade has the lockfile of an upgrade as input.
    let words = u.check(environment, || {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes).unwrap_or_default()
    })?;
    Ok(words.map(|words| format!("acme: {words}")))
}

fn main() {
    let words: Vec<String> = env::args().collect();
    match run(&words[1], &words[2]) {
        Ok(None) => (),
        Ok(Some(text)) => eprintln!("{text}"),
        Err(message) => {
            eprintln!("acme: {message}");
            process::exit(1)
        }
    }
}
