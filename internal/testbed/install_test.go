//go:build unix

package testbed

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a PATH with a few commands, and an apt-get and a sudo that only
// note how they were called.
type machine struct {
	dir, policy, log string
}

// newMachine links the shell's own tools and these commands.
func newMachine(t *testing.T, commands ...string) machine {
	t.Helper()
	dir := t.TempDir()
	m := machine{dir: filepath.Join(dir, "bin"), policy: filepath.Join(dir, "policy-rc.d"), log: filepath.Join(dir, "log")}
	if err := os.Mkdir(m.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range append([]string{"bash", "sh", "id", "cat", "mv", "rm", "tee", "chmod", "env"}, commands...) {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(m.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	m.fake(t, "sudo", `exec "$@"`)
	return m
}

// fake adds a command that is a shell script.
func (m machine) fake(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// apt is an apt-get that notes its arguments, and what the policy says to a
// package that wants to start its service.
func (m machine) apt(t *testing.T, code string) {
	t.Helper()
	m.fake(t, "apt-get", `sh "`+m.policy+`" >/dev/null 2>&1; echo "policy $?: $*" >>"`+m.log+`"; exit `+code)
}

// install runs the script, and gives whether it succeeded and what it said.
func (m machine) install(t *testing.T, env ...string) (bool, string) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command("bash", "install.sh")
	cmd.Env = append([]string{"PATH=" + m.dir, "REKEY_TEST_POLICY=" + m.policy}, env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return err == nil, out.String()
}

// noted gives what apt-get was asked.
func (m machine) noted(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(m.log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

func TestNothingMissing(t *testing.T) {
	m := newMachine(t)
	for _, name := range []string{"git", "make", "gcc"} {
		m.fake(t, name, "")
	}
	if ok, out := m.install(t); !ok || out != "testbed: nothing to install\n" {
		t.Errorf("%v: %s", ok, out)
	}
}

func TestInstallsWhatIsMissing(t *testing.T) {
	m := newMachine(t)
	m.fake(t, "make", "")
	m.apt(t, "0")
	ok, out := m.install(t, "REKEY_TEST_INSTALL=1")
	if !ok {
		t.Fatal(out)
	}
	for _, want := range []string{
		"testbed: git is missing: package git (the oracle",
		"testbed: gcc is missing: package gcc libc6-dev (the race",
		"testbed: installing git gcc libc6-dev\n",
		"testbed: installed git gcc libc6-dev\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("not said: %q in\n%s", want, out)
		}
	}
	if got := m.noted(t); got != "policy 101: update -q\npolicy 101: install -q -y --no-install-recommends git gcc libc6-dev\n" {
		t.Errorf("apt-get was asked\n%s", got)
	}
	if _, err := os.Stat(m.policy); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the policy is still there: %v", err)
	}
}

func TestAsksFirst(t *testing.T) {
	m := newMachine(t)
	m.apt(t, "0")
	ok, out := m.install(t)
	if ok || !strings.Contains(out, "there is no terminal to ask on; set REKEY_TEST_INSTALL=1") {
		t.Errorf("%v: %s", ok, out)
	}
	if got := m.noted(t); got != "" {
		t.Errorf("apt-get was asked all the same: %s", got)
	}
}

func TestAnotherPolicyIsPutBack(t *testing.T) {
	m := newMachine(t)
	m.apt(t, "1")
	if err := os.WriteFile(m.policy, []byte("exit 7\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if ok, out := m.install(t, "REKEY_TEST_INSTALL=1"); ok {
		t.Errorf("a failure of apt-get went unnoticed: %s", out)
	}
	if got := m.noted(t); !strings.HasPrefix(got, "policy 101: ") {
		t.Errorf("services could start: %s", got)
	}
	text, err := os.ReadFile(m.policy)
	if err != nil || string(text) != "exit 7\n" {
		t.Errorf("the policy is now %q, %v", text, err)
	}
}

func TestNoApt(t *testing.T) {
	m := newMachine(t)
	if ok, out := m.install(t, "REKEY_TEST_INSTALL=1"); ok || !strings.Contains(out, "has no apt-get") {
		t.Errorf("%v: %s", ok, out)
	}
}
