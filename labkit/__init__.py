"""What a lesson notebook uses: predictions, checks that explain, figures."""
