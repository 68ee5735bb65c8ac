# A new course

<!-- lessons: written by `autograder build` from course.yml -->
<!-- end of lessons -->
