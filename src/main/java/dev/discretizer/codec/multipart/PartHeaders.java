package dev.discretizer.codec.multipart;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a part, read strictly: each occurs once and stands on one line.
 */
final class PartHeaders {

	private static final String DISPOSITION = "content-disposition";

	private static final String CODING = "content-transfer-encoding";

	private final String part;

	private final Map<String, String> values = new LinkedHashMap<>();

	/**
	 * Reads the headers.
	 * @param text all lines
	 * @param part what messages call the part
	 */
	PartHeaders(String text, String part) {
		this.part = part;
		for (String line : text.split("\r\n", -1)) {
			if (!line.isEmpty()) {
				put(line);
			}
		}
		String coding = this.values.getOrDefault(CODING, "binary").toLowerCase(Locale.ROOT);
		if (!coding.equals("binary") && !coding.equals("8bit") && !coding.equals("7bit")) {
			throw malformed(Cause.UNSUPPORTED_FORMAT,
					"Content-Transfer-Encoding is %s, binary is expected".formatted(Names.clip(coding)));
		}
	}

	private void put(String line) {
		int colon = line.indexOf(':');
		if (colon <= 0 || Character.isWhitespace(line.charAt(0))) {
			throw malformed(Cause.MALFORMED,
					"header line \"%s\" found, a name and a colon are expected".formatted(Names.clip(line)));
		}
		String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
		if (this.values.putIfAbsent(name, line.substring(colon + 1).strip()) != null) {
			throw malformed(Cause.DUPLICATE_NAME,
					"header %s is given twice, once is expected".formatted(Names.clip(name)));
		}
	}

	/** The parameters of Content-Disposition, by name. */
	Map<String, String> disposition() {
		String value = this.values.getOrDefault(DISPOSITION, "");
		if (!value.toLowerCase(Locale.ROOT).startsWith("form-data")) {
			throw malformed(Cause.MALFORMED,
					"Content-Disposition is \"%s\", form-data with a name is expected".formatted(Names.clip(value)));
		}
		ParameterParser parser = new ParameterParser();
		parser.setLowerCaseNames(true);
		return parser.parse(value, ';');
	}

	@Nullable String contentType() {
		return this.values.get("content-type");
	}

	private MalformedInputException malformed(Cause cause, String detail) {
		return new MalformedInputException(cause, null, "%s: %s".formatted(this.part, detail));
	}

}
