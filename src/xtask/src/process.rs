//! Starting other programs: a clean environment, errors that name the command, time limits, and copies of what they print.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read, Write},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result, bail};

/// Environment that `cargo run` gives to this tool and that must not reach the cargos that it starts: some build scripts
/// (ring's is one) ask to run again when such a variable changes, so that every build through this tool would undo the one
/// before it from the shell.
const CARGO_RUN_PREFIXES: &[&str] = &["CARGO_PKG_", "CARGO_MANIFEST_"];

/// A command with the variables that `cargo run` added removed.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_remove("CARGO");
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| CARGO_RUN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end; anything but success is an error that names it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    succeeded(command, status)
}

/// Runs a command and gives back what it wrote to standard output.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::piped()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", show(command), output.status, reason.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command without a sound and ends it when it takes longer than `limit`.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().with_context(|| cannot_start(command))?;
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(()) } else { bail!("`{}` failed ({status})", show(command)) };
        }
        thread::sleep(Duration::from_millis(50));
    }
    child.kill()?;
    child.wait()?;
    bail!("`{}` was still running after {} seconds and has been ended", show(command), limit.as_secs())
}

/// Runs a command, passes on what it prints, and gives back its exit status and a copy of both outputs.
pub fn tee(command: &mut Command) -> Result<(ExitStatus, String)> {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().with_context(|| cannot_start(command))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (mut out, errors) = thread::scope(|scope| {
        let errors = scope.spawn(|| stderr.map_or_else(String::new, |pipe| forward(pipe, std::io::stderr())));
        let out = stdout.map_or_else(String::new, |pipe| forward(pipe, std::io::stdout()));
        (out, errors.join().unwrap_or_default())
    });
    out.push_str(&errors);
    Ok((child.wait()?, out))
}

/// Copies lines from a pipe to our own output and keeps them.
fn forward(pipe: impl Read, mut to: impl Write) -> String {
    let mut kept = String::new();
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A reader that went away (`| head`) must not end the test run.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}

/// Becomes the command; comes back only with the reason why it could not.
pub fn replace(command: &mut Command) -> Error {
    let reason = command.exec();
    Error::new(reason).context(cannot_start(command))
}

/// Turns an exit status into an error that names the command.
fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { bail!("`{}` failed ({status}); the reason stands above", show(command)) }
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`: is it installed and on the PATH?", show(command))
}

/// A command as a person would type it.
pub fn show(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_else(|| command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// The first file of that name on the PATH.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let error = run(&mut command("false")).map_err(|error| error.to_string());
        assert_eq!(error, Err("`false` failed (exit status: 1); the reason stands above".to_owned()));
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let started = Instant::now();
        let result = run_within(command("sleep").arg("60"), Duration::from_millis(200));
        assert!(result.is_err_and(|error| error.to_string().contains("still running")));
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn both_outputs_are_kept() -> Result<()> {
        let (status, text) = tee(command("sh").args(["-c", "echo one; echo two >&2; exit 3"]))?;
        assert_eq!(status.code(), Some(3));
        assert_eq!(text, "one\ntwo\n");
        Ok(())
    }
}
