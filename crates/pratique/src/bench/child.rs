//! A server as a process of its own, so that the operating system tells its processor time.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Command, Stdio},
};

use crate::setup;

/// A server that runs until it is dropped.
pub struct Child {
    process: std::process::Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Child {
    /// Starts this program with arguments and waits until it says where it serves.
    pub fn start(arguments: &[String]) -> Result<Child, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        // What measures a submission must not write a line for it.
        command.env("PRATIQUE_LOG", "warn");
        let mut process = command.spawn().map_err(|error| error.to_string())?;
        let mut lines = BufReader::new(process.stderr.take().ok_or("the server says nothing")?).lines();
        let mut said = String::new();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            said.push_str(&line);
            line.split_once("serving on http://").and_then(|(_, rest)| rest.trim().parse().ok())
        });
        // What else it says must not fill the pipe.
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| setup::talk(&format!("server: {line}")))
        });
        match address {
            Some(address) => Ok(Child { process, address }),
            None => {
                let _ = process.kill();
                let _ = process.wait();
                Err(format!("the server did not start: {said}"))
            }
        }
    }

    /// Processor time so far, microseconds; none where the system does not tell.
    pub fn cpu(&self) -> Option<u64> {
        cpu_of(&self.process.id().to_string())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Processor time of every PostgreSQL process of this machine, microseconds; none without one.
pub fn cpu_of_postgres() -> Option<u64> {
    let processes = fs::read_dir("/proc").ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_postgres =
        |id: &String| fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.trim() == "postgres");
    processes.filter(is_postgres).filter_map(|id| cpu_of(&id)).reduce(|left, right| left + right)
}

/// User and system time of `/proc/ID/stat`, fields 14 and 15 (proc_pid_stat(5)); Linux counts a hundred ticks a second.
fn cpu_of(id: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace().skip(11).map(|field| field.parse::<u64>().ok());
    Some((fields.next()?? + fields.next()??) * 10_000)
}
