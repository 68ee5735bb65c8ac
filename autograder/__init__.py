"""Builds, releases and grades notebook courses through nbgrader's formats."""
