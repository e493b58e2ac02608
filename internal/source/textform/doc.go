// Package textform makes text of bytes that are not plain UTF-8: UTF-16 and
// UTF-32 with a byte order mark are transcoded, and in binary data what is no
// text is blanked, so that the text that stands in it can be searched. It
// refuses to guess a legacy 8-bit encoding. Its one invariant: what is made of
// a content depends on the content alone, never on the pieces in which it was
// read.
//
// # Binary data
//
// A content is looked at in blocks of 32 KiB, counted from its first byte. A
// block that holds a NUL is binary. In a binary block
//
//   - control characters (other than tab, newline and carriage return) and
//     bytes that are not part of a UTF-8 sequence become form feeds: to a
//     pattern they are white space, as the end of a C string should be;
//   - a wide run, six or more ASCII characters with a NUL between each two, as
//     UTF-16 of either byte order has them, is drawn together: one form feed,
//     the characters, and form feeds up to the length that it had. A character
//     that ends an 8-bit string directly before the run isn't part of it.
//
// The text is therefore as long as the content, and newlines outside wide runs
// stand where they stood. A [Map] leads from a byte of a drawn-together run
// back to its place in the content.
//
// # Limits
//
// A wide run of more than a mebibyte is drawn together in parts, cut behind a
// line where there is one: a secret of several lines that stands across such a
// cut is not seen whole. A string whose length stands directly before it in a
// byte that is itself a letter or digit can't be told from a string that
// begins with that letter.
package textform

// Block is the size of the pieces that are judged binary or not, in bytes.
const Block = 32 << 10
