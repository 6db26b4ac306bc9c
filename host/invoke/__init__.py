"""Running functions: pools of `awslambdaric` processes, one invocation at a time in each.

pools.Pools.invoke(name, payload)
    pool.Pool          the workers of one function: grows with demand, shrinks when idle
    worker.Worker      one process and the invocation in it: time-outs, crashes
    runtime_api        what the process sees: the Lambda Runtime API
    starters           how the process is made: forked from the template, or the honest way
    template           the preloaded process that is forked
"""
