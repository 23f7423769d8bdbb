"""Install step: the bundled encoder's weights become the one int8 file that answers questions."""
