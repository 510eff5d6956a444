"""Settings of nbgrader for this course. Change them here: an export leaves this file alone."""

import sys

CELL_SECONDS = 300  # for one cell; an endless loop ends then, and the next cell is tried
NOTEBOOK_SECONDS = 1800  # for a whole submission, whatever it does
MEMORY_GB = 4  # that a submission may ask for

c = get_config()  # noqa: F821 (nbgrader defines it)
c.CourseDirectory.course_id = "filters-to-frameworks"
c.ClearSolutions.code_stub = {"python": "pass  # your lines here"}
c.ClearSolutions.text_stub = "*Write your answer here (double-click).*"
c.Execute.timeout = CELL_SECONDS
c.Execute.iopub_timeout = 60  # a busy machine is no reason to fail a submission
if sys.platform == "linux":  # the kernel limits itself before it runs a student's first line
    limit = (
        f"import resource, signal; signal.alarm({NOTEBOOK_SECONDS});"
        f" resource.setrlimit(resource.RLIMIT_DATA, 2 * (int({MEMORY_GB} * 2**30),))"
    )
    c.Execute.extra_arguments = [
        "--HistoryManager.hist_file=:memory:",
        f"--IPKernelApp.exec_lines={limit}",
    ]
