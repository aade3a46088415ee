//! The tests of the built binary (`tests/cli`) and of the workspace's shape (`tests/architecture`). The library itself is
//! empty: cargo wants one, tests do not.
