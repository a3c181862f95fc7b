"""Seeding plans: whom to give samples to, and what somebody's choice would reach."""

from graph.jobs.seeding.cover import Rules
from graph.jobs.seeding.network import Network
from graph.jobs.seeding.plan import Impossible, Plan, Question, Reach, Step, plan
from graph.jobs.seeding.simulation import Simulated, simulate

__all__ = ["Impossible", "Network", "Plan", "Question", "Reach", "Rules", "Simulated", "Step", "plan", "simulate"]
