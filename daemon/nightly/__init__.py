"""The night: who asks for it, who runs it, and where its steps compute."""
