target "tiles" {
  target = "tiles"
  tags = ["registry.example.org/maps/tiles:1"]
}
target "search" {
  target = "search"
  tags = ["registry.example.org/maps/search:1"]
}
