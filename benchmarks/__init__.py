"""Measurements, and the development audio that they run on."""
