"""What dev.py is made of: setting up this machine, and starting, watching and stopping the programs. Standard library only."""
