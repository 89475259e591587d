"""What tests of real agents are made of: processes, RPC, waiting for conditions, a runner."""
