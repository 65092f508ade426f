--- Ecosystems: which world of packages a lockfile belongs to, by its format; several formats share one. The names are
--- the types of package URLs (ECMA-427, "purl") where there is one, else the tool's own. Runs in the policy VM.

---@type table<string, string>
return {
    bazel = "bazel", bun = "npm", ["cabal-freeze"] = "hackage", cargo = "cargo", carton = "cpan", composer = "composer",
    conan = "conan", ["conda-env"] = "conda", ["conda-explicit"] = "conda", ["conda-list"] = "conda",
    ["conda-lock"] = "conda", deno = "npm", devbox = "nix", dub = "dub", flake = "nix", flox = "nix", gemfile = "gem",
    gleam = "hex", gomod = "golang", gosum = "golang", gradle = "maven", ["gradle-catalog"] = "maven",
    ["gradle-verification"] = "maven", helm = "helm", helmfile = "helm", julia = "julia", lazy = "neovim",
    ["maven-install"] = "maven", mise = "mise", mix = "hex", ["nix-profile"] = "nix", npins = "nix", npm = "npm",
    nuget = "nuget", opam = "opam", ["package-resolved"] = "swift", paket = "nuget", pdm = "pypi", pipfile = "pypi",
    pixi = "conda", pnpm = "npm", podfile = "cocoapods", poetry = "pypi", ["pre-commit"] = "pre-commit",
    pubspec = "pub", pylock = "pypi", rebar = "hex", renv = "cran", requirements = "pypi", sbt = "maven",
    shards = "shards", stack = "hackage", terraform = "terraform", ["tool-versions"] = "mise", uv = "pypi",
    vcpkg = "vcpkg", yarn = "npm", ["yarn-berry"] = "npm",
}
