//! What has to hold between the two images of a service. One file a rule: what it is about, and the function that checks it.

mod address_leads_nowhere;
mod aspect;
mod base_image_differs;
mod base_image_floats;
mod base_image_varies;
mod build_backend_differs;
mod build_input_differs;
mod build_tool_in_production;
mod built_from_sources;
mod bytecode_differs;
mod chart_command_overrides;
mod chart_image_differs;
mod chart_image_floats;
mod chart_job_differs;
mod chart_mounts_over_code;
mod chart_not_followed;
mod chart_object_missing;
mod chart_port_differs;
mod chart_probe_fails;
mod chart_pythonpath;
mod chart_service_missing;
mod chart_user_differs;
mod chart_workdir_differs;
mod ci_builds_one_flavour;
mod ci_context_differs;
mod ci_deploys_development;
mod ci_dockerfile_missing;
mod ci_filter_incomplete;
mod ci_image_differs;
mod ci_list_incomplete;
mod ci_pushes_development;
mod ci_python_differs;
mod ci_release_untried;
mod command_differs;
mod command_ignored;
mod command_refused;
mod compiled_requirements_stale;
mod compose_builds_development;
mod compose_builds_production;
mod compose_command_fails;
mod compose_command_overrides;
mod compose_image_differs;
mod compose_image_floats;
mod compose_mount_hides;
mod compose_mount_missing;
mod compose_mounts_sources;
mod compose_port_differs;
mod compose_pythonpath;
mod compose_service_missing;
mod compose_sync_differs;
mod compose_user_differs;
mod compose_waits_forever;
mod compose_workdir_differs;
mod context_not_pruned;
mod copied_file_differs;
mod copied_file_ignored;
mod copied_file_missing;
mod copied_file_unreadable;
mod devcontainer_builds_production;
mod devcontainer_lib_missing;
mod development_package_in_production;
mod dockerfile_missing;
mod download_unverified;
mod environment_differs;
mod environment_moved;
mod environment_not_on_path;
mod environment_of_another_python;
mod environment_sees_system;
mod exception_unused;
mod fetched_data_differs;
mod folder_not_writable;
mod generated_file_stale;
mod hash_not_in_lock;
mod health_check_differs;
mod health_check_fails;
mod image_built_nowhere;
mod image_version_differs;
mod import_excluded;
mod import_not_declared;
mod import_not_installed;
mod import_transitive;
mod import_unknown;
mod install_failure_ignored;
mod install_for_another;
mod install_group_missing;
mod install_input_missing;
mod install_resolves;
mod install_without_hashes;
mod installed_files_changed;
mod installed_files_differ;
mod installed_files_removed;
mod installed_version_differs;
mod interpreter_missing;
mod label_differs;
mod lib_build_input_missing;
mod lib_constraint_unsatisfied;
mod lib_from_source_in_production;
mod lib_imported_from_elsewhere;
mod lib_installed_in_development;
mod lib_lock_missing;
mod lib_metadata_stale;
mod lib_missing;
mod lib_not_imported;
mod lib_not_needed;
mod lib_tested_with_others;
mod lib_version_stale;
mod lock_leads_elsewhere;
mod lock_missing;
mod lock_of_another_poetry;
mod lock_of_another_project;
mod lock_stale;
mod lock_unenforced;
mod metadata_missing;
mod module_missing;
mod module_of_no_package;
mod module_shadowed;
mod own_code_differs;
mod own_code_of_another_commit;
mod package_data_missing;
mod package_differs;
mod package_installed_twice;
mod package_missing;
mod package_not_imported;
mod package_not_in_lock;
mod path_closed;
mod path_file_astray;
mod pin_not_in_lock;
mod platform_differs;
mod port_differs;
mod program_differs;
mod program_missing;
mod proxy_leads_nowhere;
mod python_differs;
mod python_home_set;
mod python_outside_range;
mod pythonpath_folder_missing;
mod pythonpath_in_production;
mod released_image_copied;
mod released_lib_edited;
mod released_version_changed;
mod requirement_file_refused;
mod rights_too_wide;
mod rule;
mod script_not_runnable;
mod secret_in_image;
mod served_folder_missing;
mod served_port_differs;
mod service_missing;
mod shell_tool_in_production;
mod source_not_in_git;
mod source_unmerged;
mod sources_not_replaceable;
mod standard_module_missing;
mod startup_differs;
mod step_not_permitted;
mod stop_signal_differs;
mod syntax_error;
mod system_files_differ;
mod system_packages_differ;
mod template_variable_unset;
#[cfg(test)]
mod tests;
mod tilt_build_missing;
mod tilt_builds_other_dockerfile;
mod tilt_command_differs;
mod tilt_file_missing;
mod tilt_ignores_needed_lib;
mod tilt_image_differs;
mod tilt_passes_dev_build_args;
mod tilt_port_differs;
mod tilt_resource_missing;
mod tilt_sync_elsewhere;
mod tilt_sync_missing;
mod user_differs;
mod user_is_root;
mod user_missing;
mod variable_unread;
mod variable_unset;
mod versions_vary;
mod virtual_environment_overlaid;
mod volume_differs;
mod volume_elsewhere;
mod volume_over_packages;
mod wheel_without_modules;
mod workdir_differs;

pub use aspect::Aspect;
pub use diagnostics::Level;
pub use rule::{Check, Rule};

pub use exception_unused::{RULE as EXCEPTION_UNUSED, check as exceptions_unused};
pub use generated_file_stale::{RULE as GENERATED_FILE_STALE, command as command_for, stale};

/// Every rule, by id.
pub static RULES: &[&Rule] = &[
    &address_leads_nowhere::RULE,
    &base_image_differs::RULE,
    &base_image_floats::RULE,
    &base_image_varies::RULE,
    &build_backend_differs::RULE,
    &build_input_differs::RULE,
    &build_tool_in_production::RULE,
    &built_from_sources::RULE,
    &bytecode_differs::RULE,
    &chart_command_overrides::RULE,
    &chart_image_differs::RULE,
    &chart_image_floats::RULE,
    &chart_job_differs::RULE,
    &chart_mounts_over_code::RULE,
    &chart_not_followed::RULE,
    &chart_object_missing::RULE,
    &chart_port_differs::RULE,
    &chart_probe_fails::RULE,
    &chart_pythonpath::RULE,
    &chart_service_missing::RULE,
    &chart_user_differs::RULE,
    &chart_workdir_differs::RULE,
    &ci_builds_one_flavour::RULE,
    &ci_context_differs::RULE,
    &ci_deploys_development::RULE,
    &ci_dockerfile_missing::RULE,
    &ci_filter_incomplete::RULE,
    &ci_image_differs::RULE,
    &ci_list_incomplete::RULE,
    &ci_pushes_development::RULE,
    &ci_python_differs::RULE,
    &ci_release_untried::RULE,
    &command_differs::RULE,
    &command_ignored::RULE,
    &command_refused::RULE,
    &compiled_requirements_stale::RULE,
    &compose_builds_development::RULE,
    &compose_builds_production::RULE,
    &compose_command_fails::RULE,
    &compose_command_overrides::RULE,
    &compose_image_differs::RULE,
    &compose_image_floats::RULE,
    &compose_mount_hides::RULE,
    &compose_mount_missing::RULE,
    &compose_mounts_sources::RULE,
    &compose_port_differs::RULE,
    &compose_pythonpath::RULE,
    &compose_service_missing::RULE,
    &compose_sync_differs::RULE,
    &compose_user_differs::RULE,
    &compose_waits_forever::RULE,
    &compose_workdir_differs::RULE,
    &context_not_pruned::RULE,
    &copied_file_differs::RULE,
    &copied_file_ignored::RULE,
    &copied_file_missing::RULE,
    &copied_file_unreadable::RULE,
    &devcontainer_builds_production::RULE,
    &devcontainer_lib_missing::RULE,
    &development_package_in_production::RULE,
    &dockerfile_missing::RULE,
    &download_unverified::RULE,
    &environment_differs::RULE,
    &environment_moved::RULE,
    &environment_not_on_path::RULE,
    &environment_of_another_python::RULE,
    &environment_sees_system::RULE,
    &exception_unused::RULE,
    &fetched_data_differs::RULE,
    &folder_not_writable::RULE,
    &generated_file_stale::RULE,
    &hash_not_in_lock::RULE,
    &health_check_differs::RULE,
    &health_check_fails::RULE,
    &image_built_nowhere::RULE,
    &image_version_differs::RULE,
    &import_excluded::RULE,
    &import_not_declared::RULE,
    &import_not_installed::RULE,
    &import_transitive::RULE,
    &import_unknown::RULE,
    &install_failure_ignored::RULE,
    &install_for_another::RULE,
    &install_group_missing::RULE,
    &install_input_missing::RULE,
    &install_resolves::RULE,
    &install_without_hashes::RULE,
    &installed_files_changed::RULE,
    &installed_files_differ::RULE,
    &installed_files_removed::RULE,
    &installed_version_differs::RULE,
    &interpreter_missing::RULE,
    &label_differs::RULE,
    &lib_build_input_missing::RULE,
    &lib_constraint_unsatisfied::RULE,
    &lib_from_source_in_production::RULE,
    &lib_imported_from_elsewhere::RULE,
    &lib_installed_in_development::RULE,
    &lib_lock_missing::RULE,
    &lib_metadata_stale::RULE,
    &lib_missing::RULE,
    &lib_not_imported::RULE,
    &lib_not_needed::RULE,
    &lib_tested_with_others::RULE,
    &lib_version_stale::RULE,
    &lock_leads_elsewhere::RULE,
    &lock_missing::RULE,
    &lock_of_another_poetry::RULE,
    &lock_of_another_project::RULE,
    &lock_stale::RULE,
    &lock_unenforced::RULE,
    &metadata_missing::RULE,
    &module_missing::RULE,
    &module_of_no_package::RULE,
    &module_shadowed::RULE,
    &own_code_differs::RULE,
    &own_code_of_another_commit::RULE,
    &package_data_missing::RULE,
    &package_differs::RULE,
    &package_installed_twice::RULE,
    &package_missing::RULE,
    &package_not_imported::RULE,
    &package_not_in_lock::RULE,
    &path_closed::RULE,
    &path_file_astray::RULE,
    &pin_not_in_lock::RULE,
    &platform_differs::RULE,
    &port_differs::RULE,
    &program_differs::RULE,
    &program_missing::RULE,
    &proxy_leads_nowhere::RULE,
    &python_differs::RULE,
    &python_home_set::RULE,
    &python_outside_range::RULE,
    &pythonpath_folder_missing::RULE,
    &pythonpath_in_production::RULE,
    &released_image_copied::RULE,
    &released_lib_edited::RULE,
    &released_version_changed::RULE,
    &requirement_file_refused::RULE,
    &rights_too_wide::RULE,
    &script_not_runnable::RULE,
    &secret_in_image::RULE,
    &served_folder_missing::RULE,
    &served_port_differs::RULE,
    &service_missing::RULE,
    &shell_tool_in_production::RULE,
    &source_not_in_git::RULE,
    &source_unmerged::RULE,
    &sources_not_replaceable::RULE,
    &standard_module_missing::RULE,
    &startup_differs::RULE,
    &step_not_permitted::RULE,
    &stop_signal_differs::RULE,
    &syntax_error::RULE,
    &system_files_differ::RULE,
    &system_packages_differ::RULE,
    &template_variable_unset::RULE,
    &tilt_build_missing::RULE,
    &tilt_builds_other_dockerfile::RULE,
    &tilt_command_differs::RULE,
    &tilt_file_missing::RULE,
    &tilt_ignores_needed_lib::RULE,
    &tilt_image_differs::RULE,
    &tilt_passes_dev_build_args::RULE,
    &tilt_port_differs::RULE,
    &tilt_resource_missing::RULE,
    &tilt_sync_elsewhere::RULE,
    &tilt_sync_missing::RULE,
    &user_differs::RULE,
    &user_is_root::RULE,
    &user_missing::RULE,
    &variable_unread::RULE,
    &variable_unset::RULE,
    &versions_vary::RULE,
    &virtual_environment_overlaid::RULE,
    &volume_differs::RULE,
    &volume_elsewhere::RULE,
    &volume_over_packages::RULE,
    &wheel_without_modules::RULE,
    &workdir_differs::RULE,
];

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
