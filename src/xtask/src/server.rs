//! The server side: building the executable and starting it.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{process, site::Flavour, workspace::Workspace};

/// Builds the executable with the dev profile and gives back its path.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    process::run(workspace.cargo().args(["build", "--package", "yanshu"]))?;
    Ok(workspace.target.join("debug/yanshu"))
}

/// `yanshu demo` on the site built for it.
pub fn demo(workspace: &Workspace, fresh: bool, listen: Option<&str>) -> Command {
    let mut command = process::command(workspace.target.join("debug/yanshu"));
    command.arg("demo").current_dir(&workspace.root).env("YANSHU_SITE_DIR", workspace.site(Flavour::Dev));
    if fresh {
        command.arg("--fresh");
    }
    if let Some(address) = listen {
        command.env("YANSHU_LISTEN", address);
    }
    command
}
