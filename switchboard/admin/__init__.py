"""The web admin: one package per area, server-rendered, working without JavaScript."""
