"""The judge: a student's tests run where the student's code is not. `judging` is the way in."""
