"""People who use the portal, played by the program: for the demonstration and for the simulation.

Everything happens through the actions people's pages call, on a given day.
"""
