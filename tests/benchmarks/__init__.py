"""Benchmarks: `make bench` prints every ratio that the project promises, measured in one run, and never asserts one."""
