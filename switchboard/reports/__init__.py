"""What came of the calls: counted by the hour, told to those who decide, printed for committees."""
