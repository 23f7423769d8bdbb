"""Ablation: what retrieval loses when one of its steps is switched off."""
