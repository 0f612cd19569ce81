variable "TAG" { default = "latest" }
variable "PYTHON" { default = "3.12" }

group "default" { targets = ["api", "jobs"] }
group "dev" { targets = ["api-dev", "jobs-dev"] }

target "base" {
  args = { PYTHON = PYTHON }
}

target "api" {
  inherits = ["base"]
  context = "api"
  tags = ["registry.example.com/atlas/api:${TAG}"]
}

target "jobs" {
  inherits = ["base"]
  context = "jobs"
  tags = ["registry.example.com/atlas/jobs:${TAG}"]
}

target "api-dev" {
  inherits = ["base"]
  context = "api"
  dockerfile = "Dockerfile.dev"
  tags = ["atlas/api:dev"]
}

target "jobs-dev" {
  inherits = ["base"]
  context = "jobs"
  dockerfile = "Dockerfile.dev"
  tags = ["atlas/jobs:dev"]
}
