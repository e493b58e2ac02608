package source

import (
	"strings"
	"testing"
)

func TestZipBehindSomethingElse(t *testing.T) {
	const script = "#!/usr/bin/env python3\n"
	z := zipped(t, "__main__.py", "print()\n")
	long := strings.Repeat("a line of a log\n", WholeLimit/16+1)
	top := tree(t, map[string]string{
		"app":  script + z,
		"long": long + z,
		"tail": "PK\x05\x06 is how a zip ends",
		"torn": script + z[40:],
		"z.gz": gzipped(t, script+z),
	})
	check(t, scan(t, top, []string{"app"}, Options{}), "file app!__main__.py=print()\n", "file app="+script)
	check(t, scan(t, top, []string{"tail"}, Options{}), "file tail=PK\x05\x06 is how a zip ends")
	check(t, scan(t, top, []string{"app"}, Options{Plain: true}), "file app="+script+z)
	check(t, scan(t, top, []string{"z.gz"}, Options{}), "file z.gz!z!__main__.py=print()\n", "file z.gz!z="+script)

	got := scan(t, top, []string{"long"}, Options{})
	if len(got) != 2 || got[0] != "file long!__main__.py=print()\n" || !strings.HasPrefix(got[1], "file long="+long) {
		t.Errorf("a long one: got %s", brief(got))
	}
	got = scan(t, top, []string{"torn"}, Options{})
	if len(got) < 2 || !strings.HasPrefix(got[0], "error torn") {
		t.Errorf("a damaged one: got %s", brief(got))
	}
}
