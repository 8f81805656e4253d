package dev.discretizer.codec.csv;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.Encoded;
import org.jspecify.annotations.Nullable;

/**
 * A table as comma-separated values in UTF-8: a line of column names, then a line for
 * each row, each ended by CR and LF, also the last.
 *
 * <pre>
 * layer,bits,sqnr_db
 * conv1,8,41.2
 * "a,b",8,
 * </pre>
 *
 * Null is an empty field. Floats are the shortest decimals that give the same number
 * back. A text is quoted if it contains a comma, a quote or a line break.
 *
 * <p>
 * Source: RFC 4180 section 2.
 */
public final class CsvDocument implements Encoded {

	private static final String QUOTE = "\"";

	private final byte[] text;

	private CsvDocument(byte[] text) {
		this.text = text;
	}

	/**
	 * Writes a table, which is then in memory as a whole.
	 * @param rows at least one; all have the same columns in the same order
	 */
	public static Encoded encode(List<? extends Map<String, ? extends @Nullable Object>> rows) {
		StringBuilder text = new StringBuilder();
		line(rows.getFirst().keySet(), text);
		rows.forEach((row) -> line(row.values(), text));
		return new CsvDocument(text.toString().getBytes(StandardCharsets.UTF_8));
	}

	private static void line(Collection<? extends @Nullable Object> fields, StringBuilder dest) {
		String separator = "";
		for (Object field : fields) {
			dest.append(separator).append((field != null) ? quoted(field.toString()) : "");
			separator = ",";
		}
		dest.append("\r\n");
	}

	private static String quoted(String text) {
		boolean plain = text.chars().noneMatch((c) -> c == ',' || c == '"' || c == '\r' || c == '\n');
		return plain ? text : QUOTE + text.replace(QUOTE, QUOTE + QUOTE) + QUOTE;
	}

	@Override
	public long length() {
		return this.text.length;
	}

	@Override
	public void writeTo(OutputStream out) throws IOException {
		out.write(this.text);
	}

}
