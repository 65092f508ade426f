--- Terraform and OpenTofu: `init -upgrade` without the backend. Providers are fetched into the copy.

return {
    name = "terraform", title = "terraform", formats = { "terraform" },
    needs = { "terraform", "tofu" }, install = "https://developer.hashicorp.com/terraform/install, or "
        .. "https://opentofu.org/docs/intro/install",
    command = { "init", "-upgrade", "-backend=false", "-input=false", "-no-color" },
    environment = { "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1" },
    reads = { "**/*.tf", "**/*.tf.json", "**/*.tofu" },
    hint = "terraform init -upgrade",
    telling = { "Error:", "^│ Error" },
}
