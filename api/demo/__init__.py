"""The demo programme: Enbek 2019-2021 across the country, played through the real services.

Its volumes are the programme's own indicators; what the texts do not give is assumed in ``calibration.toml`` and
said so there. Everything is decided by a seed. The modules that decide are pure; `story` plays them month by month.
"""
