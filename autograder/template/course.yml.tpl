# The course. Everything about it that is not in a lesson's own source lives here and nowhere else.
title: A new course
repository: https://github.com/OWNER/REPO # set it with `autograder init --repository URL`
tag: main # what Colab shows: a branch, or a release's tag
languages: [en]

# What each lesson's first cell looks for, and what it installs from the repository if that is missing.
# A course that needs no package of its own leaves this out.
# setup:
#   imports: [mypackage]
#   installs: mypackage

late:
  due_after_days: 7 # homework is due this long after its lesson opens
  extension_days: 7 # for who hands in later; beyond it only the instructor extends, in extensions.yml

limits: # for one submission; a lesson may have its own
  cell_seconds: 30
  submission_seconds: 300
  memory_mb: 1024
  output_kb: 1024

lessons:
  - id: 01_first
    title: A first lesson
    minutes: 30
    opens: {today}
