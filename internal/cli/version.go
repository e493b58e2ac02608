package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionOptions are the flags of `rekey version`.
type versionOptions struct {
	json bool
}

// newVersion makes the verb version.
func newVersion(a *app) *cobra.Command {
	var o versionOptions
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Say which rekey this is",
		Long:    "version says which rekey this is, from which commit it was built and with what.",
		Example: "  rekey version\n  rekey version --json",
		Args:    arguments(0, 0, "no arguments"),
		RunE:    a.runBare(func(context.Context, []string) error { return a.version(o) }),
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON")
	return exits(cmd, CodeClean, CodeIncomplete)
}

// build describes the binary, as `rekey version --json` writes it.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"commit_time,omitempty"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// version writes the build.
func (a *app) version(o versionOptions) error {
	b := thisBuild()
	if o.json {
		text, err := json.MarshalIndent(b, "", "  ")
		if err != nil {
			return fmt.Errorf("writing the version: %w", err)
		}
		return a.write(string(text) + "\n")
	}
	text := fmt.Sprintf("rekey %s %s/%s %s", b.Version, b.OS, b.Arch, b.Go)
	if b.Commit != "" {
		text += " commit " + b.Commit
	}
	if b.Modified {
		text += " with local changes"
	}
	return a.write(text + "\n")
}

// thisBuild reads what the Go tool stamped on the binary.
func thisBuild() build {
	b := build{Version: toolVersion(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// toolVersion is the version of the main module: a tag, a pseudo-version, or
// devel when the Go tool knew neither.
func toolVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
