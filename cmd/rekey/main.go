package main

import (
	"os"

	"rekey.example/rekey/internal/cli"
)

func main() { os.Exit(cli.Main()) }
