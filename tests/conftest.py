"""What all tests go by."""

from hypothesis import HealthCheck, settings

# What an example takes says how busy the machine is: speed is measured in benchmarks, never here.
settings.register_profile("confsync", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("confsync")
