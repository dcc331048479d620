"""Drawing what every system needs: sites on a plate, marks, dies, wires. Knows specs and layouts, no technology."""
