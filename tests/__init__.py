"""Proof, room by room: `tests/patients/test_services.py` proves `patients/services.py`."""
