"""What any long run with steps needs: who asks for it, who conducts it, its files, and where its steps compute."""
