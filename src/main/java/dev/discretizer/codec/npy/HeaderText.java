package dev.discretizer.codec.npy;

import java.util.Arrays;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;

/**
 * Reads the Python literals of an npy header one by one, in this grammar; white space may
 * stand between any two tokens:
 *
 * <pre>
 * string = ["u"] ("'" {character} "'" | '"' {character} '"')   without a backslash,
 *                                                         "u" as Python 2 wrote it
 * bool   = "True" | "False"
 * int    = digit {digit} ["L"]                            "L" as Python 2 wrote it
 * tuple  = "(" ")" | "(" int "," ")" | "(" int {"," int} [","] ")"  (two ints or more)
 * </pre>
 *
 * Other Python expressions are refused, as NumPy never writes them.
 */
final class HeaderText {

	private final String text;

	private final boolean python2;

	private final String name;

	private int at;

	/**
	 * Starts at the first character.
	 * @param python2 whether an int may end in "L"
	 * @param name the tensor's name, for messages
	 */
	HeaderText(String text, boolean python2, String name) {
		this.text = text;
		this.python2 = python2;
		this.name = name;
	}

	/** Skips white space and says whether this character comes next. */
	boolean sees(char wanted) {
		skipBlanks();
		return this.at < this.text.length() && this.text.charAt(this.at) == wanted;
	}

	/** Takes this character if it comes next. */
	boolean accept(char wanted) {
		boolean seen = sees(wanted);
		this.at += seen ? 1 : 0;
		return seen;
	}

	/** Takes this character. */
	void expect(char wanted) {
		if (!accept(wanted)) {
			throw unexpected("'" + wanted + "'");
		}
	}

	/** Checks that only white space is left. */
	void expectEnd() {
		skipBlanks();
		if (this.at < this.text.length()) {
			throw unexpected("the end of the header");
		}
	}

	/** Reads a string and returns its characters without the quotes. */
	String string() {
		if (sees('u') && (this.text.startsWith("u'", this.at) || this.text.startsWith("u\"", this.at))) {
			this.at++;
		}
		char quote = sees('"') ? '"' : '\'';
		if (!accept(quote)) {
			throw wrongType("a string");
		}
		int end = this.text.indexOf(quote, this.at);
		if (end < 0 || this.text.substring(this.at, end).indexOf('\\') >= 0) {
			throw unexpected("a closed string without a backslash");
		}
		String value = this.text.substring(this.at, end);
		this.at = end + 1;
		return value;
	}

	/** Reads a bool. */
	boolean bool() {
		skipBlanks();
		boolean value = this.text.startsWith("True", this.at);
		if (!value && !this.text.startsWith("False", this.at)) {
			throw wrongType("True or False");
		}
		this.at += value ? "True".length() : "False".length();
		return value;
	}

	/** Reads a tuple of ints. */
	long[] tuple() {
		if (!accept('(')) {
			throw wrongType("a tuple");
		}
		long[] values = new long[8];
		int count = 0;
		boolean comma = true;
		while (!accept(')')) {
			if (!comma) {
				throw unexpected("',' or ')'");
			}
			values = (count == values.length) ? Arrays.copyOf(values, 2 * count) : values;
			values[count++] = integer();
			comma = accept(',');
		}
		if (count == 1 && !comma) {
			// In Python (3) is the number 3.
			throw unexpected("a tuple, with ',' after its one element");
		}
		return Arrays.copyOf(values, count);
	}

	/**
	 * Reads an int. A value beyond the range of long becomes the largest long, which
	 * exceeds every limit too.
	 */
	private long integer() {
		skipBlanks();
		int start = this.at;
		long value = 0;
		while (this.at < this.text.length() && isDigit(this.text.charAt(this.at))) {
			int digit = this.text.charAt(this.at++) - '0';
			value = (value > (Long.MAX_VALUE - digit) / 10) ? Long.MAX_VALUE : value * 10 + digit;
		}
		if (this.at == start) {
			throw wrongType("a whole number from 0");
		}
		if (this.python2 && this.at < this.text.length() && this.text.charAt(this.at) == 'L') {
			this.at++;
		}
		return value;
	}

	/** The remaining text, shortened, for quoting in a message. */
	String rest() {
		skipBlanks();
		return Names.clip(this.text.substring(this.at));
	}

	private void skipBlanks() {
		while (this.at < this.text.length() && isBlank(this.text.charAt(this.at))) {
			this.at++;
		}
	}

	private static boolean isBlank(char c) {
		return c == ' ' || c == '\n' || c == '\t' || c == '\r';
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	/** The error that the header is not a Python literal that NumPy writes. */
	MalformedInputException unexpected(String expected) {
		return fault(Cause.MALFORMED, expected);
	}

	private MalformedInputException wrongType(String expected) {
		return fault((this.at < this.text.length()) ? Cause.WRONG_TYPE : Cause.MALFORMED, expected);
	}

	private MalformedInputException fault(Cause cause, String expected) {
		String found = (this.at < this.text.length()) ? "\"" + rest() + "\"" : "the end";
		return Names.error(cause, this.name,
				"npy header: %s expected at character %d, %s found".formatted(expected, this.at, found));
	}

}
