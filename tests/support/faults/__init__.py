"""What the failure tests and the soak share: writers who keep their own logs, faults to bear, and the checker.

Nothing that writes or checks a log imports the server: what decides about the product must not be the product.
"""
