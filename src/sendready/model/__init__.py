"""The words of the project as frozen dataclasses, enums, events and ports; standard library only."""
