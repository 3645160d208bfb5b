//! Consoles of applications, managers of dotfiles and tools for images of machines that differ in their words alone,
//! in the language of `effect/infra/table.rs`.

/// The rules of a program, where it is such a tool.
pub(super) fn rules(program: &str) -> Option<&'static str> {
    Some(match program {
        // ── consoles ──
        "gitlab-psql" => "x +drop|delete_from|truncate =what_the_whole_server_keeps",
        // ── dotfiles ──
        "chezmoi" => {
            "- -n; x purge|destroy --force|-f =dotfiles_and_where_they_come_from; x init --purge|--one-shot =dotfiles_and_where_they_come_from"
        }
        "mackup" => "- -n; x restore|uninstall --force|-f =settings_of_programs",
        "vcsh" => "x delete =repository_with_its_files",
        "dotter" => "x undeploy --force|-f|-y =dotfiles",
        // ── machines as files ──
        "virt-customize" => {
            "x --delete|--truncate|--truncate-recursive|--scrub +prod|/var/lib/libvirt/ =files_of_a_machine;
            x -d|--domain --delete|--truncate|--truncate-recursive|--scrub =files_of_a_machine"
        }
        "virt-sysprep" => {
            "x -d|--domain =keys_accounts_and_logs_of_a_machine; x +prod|/var/lib/libvirt/ =keys_accounts_and_logs_of_a_machine"
        }
        "archinstall" => "x --silent =disks_of_this_machine",
        "bootc" => "x install to-existing-root =system_that_is_running; x install to-disk --wipe =disk",
        _ => return None,
    })
}
