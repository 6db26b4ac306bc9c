"""Response times: how long items take, how fast persons work, and which times cannot be right."""

from irt_core.times.aberrance import TimeFit, TimeFlags, flag_times, time_fit, time_residuals
from irt_core.times.calibration import TimeCalibration, calibrate_times
from irt_core.times.drift import SpeedDrift, speed_drift
from irt_core.times.effort import normative_thresholds, rapid_guesses, response_time_effort
from irt_core.times.joint import JointEstimates, JointPopulation, joint_estimates, joint_population
from irt_core.times.lognormal import TimeModel
from irt_core.times.speed import Speed, SpeedState, estimate_speed
from irt_core.times.total_time import Speededness, TotalTime, differential_speededness, total_time

__all__ = [
    "JointEstimates",
    "JointPopulation",
    "Speed",
    "SpeedDrift",
    "SpeedState",
    "Speededness",
    "TimeCalibration",
    "TimeFit",
    "TimeFlags",
    "TimeModel",
    "TotalTime",
    "calibrate_times",
    "differential_speededness",
    "estimate_speed",
    "flag_times",
    "joint_estimates",
    "joint_population",
    "normative_thresholds",
    "rapid_guesses",
    "response_time_effort",
    "speed_drift",
    "time_fit",
    "time_residuals",
    "total_time",
]
