# Every target is one command of course.py, which sets up what it needs first.
PYTHON ?= python3
COMMANDS = help lab lecture slides test check serve page frameworks legacy caffe more run bench exercises assignment grade stamp

# Without PYTHON=..., an environment that is there is used, whatever Python it was made with.
ifeq ($(origin PYTHON),file)
export COURSE_ANY_PYTHON = 1
endif

.PHONY: $(COMMANDS)
$(COMMANDS):
	@command -v $(PYTHON) > /dev/null || { echo "There is no $(PYTHON) here. The course needs Python 3.10 to 3.13: see python.org or your package manager."; exit 1; }
	@$(PYTHON) course.py $@ $(ARGS)
