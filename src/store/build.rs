//! Migrations are compiled in: a new file in their folders has to build this package again.

fn main() {
    for dialect in ["sqlite", "postgres"] {
        println!("cargo:rerun-if-changed=../../migrations/{dialect}");
    }
}
