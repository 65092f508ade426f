--- Nix: `nix flake update`. It evaluates the inputs of the flake alone.

return {
    name = "nix", title = "nix", formats = { "flake" }, files = { "flake.lock" },
    needs = { "nix" }, install = "apt install nix-bin, or https://nixos.org/download",
    command = { "flake", "update", "--extra-experimental-features", "nix-command flakes" },
    environment = { "NO_COLOR=1" },
    reads = { "flake.nix" },
    hint = "nix flake update",
    telling = { "^error" },
}
