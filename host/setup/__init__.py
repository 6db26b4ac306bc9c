"""What `./dreamseed` does before the virtual environment exists: standard library only.

main        the commands and their options
checkout    where things stand, and what was made from which inputs
stage       pieces of set-up: skipped when done, run side by side, resumed when cut short
command     running other programs: logs, interruption, and what their failures mean
progress    the calm display
python_environment, localstack, web, system_packages   the pieces themselves
checks      `test` and `lint`
running     `status` and `stop`
doctor      `doctor`
"""
