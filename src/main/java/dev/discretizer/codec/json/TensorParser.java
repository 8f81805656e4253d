package dev.discretizer.codec.json;

import java.io.IOException;
import java.io.InputStream;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.UTF8StreamJsonParser;
import tools.jackson.core.sym.ByteQuadsCanonicalizer;

/**
 * Jackson's parser of UTF-8 with a short way through the numbers of an array, which are
 * nearly all there is in a body: its own takes four times as long, since it copies the
 * text of each into characters that have to be parsed once more.
 *
 * <p>
 * The short way reads numbers that are whole in the buffer and written as programs write
 * them. What it does not know, it does not consume; so whatever is malformed, or at the
 * edge of the buffer, is read and reported by Jackson. Not thread-safe.
 */
final class TensorParser extends UTF8StreamJsonParser {

	/** Byte order mark of UTF-8. */
	private static final int[] MARK = { 0xef, 0xbb, 0xbf };

	/** Longest that separates numbers here: a comma and a space. */
	private static final int SEPARATOR = 2;

	/** Longest number of Jackson's that is scanned. */
	private static final int LONGEST = 48;

	private final NumberScanner scanner = new NumberScanner();

	private final byte[] number = new byte[LONGEST + NumberScanner.READABLE + 1];

	private TensorParser(ObjectReadContext context, IOContext io, int features, int formatFeatures, InputStream in,
			ByteQuadsCanonicalizer names, byte[] buffer, int start, int end) {
		super(context, io, features, formatFeatures, in, names, buffer, start, end, start, true);
	}

	/**
	 * Adds the next numbers of the innermost open array, as many as it can. The current
	 * token stays what it was.
	 */
	void numbers(ElementCollector dest) {
		byte[] bytes = this._inputBuffer;
		int last = this._inputEnd - NumberScanner.READABLE - SEPARATOR;
		int at = this._inputPtr;
		if (at <= last && !this._streamReadContext.hasCurrentIndex()) {
			at = number(bytes, at, dest);
			if (at == NumberScanner.NONE) {
				return;
			}
			// From the second entry on, Jackson expects a comma
			this._streamReadContext.expectComma();
		}
		int next = at;
		while (next != NumberScanner.NONE) {
			at = next;
			next = (at <= last && bytes[at] == ',') ? number(bytes, at + 1, dest) : NumberScanner.NONE;
		}
		this._inputPtr = at;
	}

	private int number(byte[] bytes, int from, ElementCollector dest) {
		int end = this.scanner.scan(bytes, (bytes[from] == ' ') ? from + 1 : from);
		if (end != NumberScanner.NONE) {
			dest.add(this.scanner);
		}
		return end;
	}

	/**
	 * The nearest float of the number that Jackson has read, infinite if it is beyond
	 * binary32. Scanned as well: a few numbers stand at the edge of each buffer, and
	 * their texts as strings would be a seventh of the body.
	 */
	float toFloat() {
		int length = getStringLength();
		if (length <= LONGEST) {
			char[] text = getStringCharacters();
			int from = getStringOffset();
			for (int i = 0; i < length; i++) {
				this.number[i] = (byte) text[from + i];
			}
			this.number[length] = ',';
			if (this.scanner.scan(this.number, 0) == length) {
				return this.scanner.toFloat();
			}
		}
		return Decimals.toFloat(this);
	}

	/** Whether the number that Jackson has read has a sign. */
	boolean isNegative() {
		return getStringCharacters()[getStringOffset()] == '-';
	}

	/**
	 * Makes such parsers in place of Jackson's. All bodies are taken for UTF-8: what is
	 * not has been refused by {@link Utf8Stream}.
	 */
	static final class Factory extends JsonFactory {

		private static final long serialVersionUID = 1;

		Factory(JsonFactoryBuilder builder) {
			super(builder);
		}

		TensorParser parser(InputStream in) {
			return (TensorParser) createParser(ObjectReadContext.empty(), in);
		}

		@Override
		protected JsonParser _createParser(ObjectReadContext context, IOContext io, InputStream in) {
			byte[] buffer = io.allocReadIOBuffer();
			int end = 0;
			try {
				for (int count = 0; end < Utf8Stream.GUESS && count >= 0; end += Math.max(count, 0)) {
					count = in.read(buffer, end, buffer.length - end);
				}
			}
			catch (IOException ex) {
				throw JacksonIOException.construct(ex);
			}
			return new TensorParser(context, io, context.getStreamReadFeatures(this._streamReadFeatures),
					context.getFormatReadFeatures(this._formatReadFeatures), in,
					this._byteSymbolCanonicalizer.makeChild(this._factoryFeatures), buffer, start(buffer, end), end);
		}

		/** Where the text begins. */
		private static int start(byte[] buffer, int end) {
			for (int i = 0; i < MARK.length; i++) {
				if (i == end || (buffer[i] & 0xff) != MARK[i]) {
					return 0;
				}
			}
			return MARK.length;
		}

	}

}
