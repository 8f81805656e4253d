package dev.discretizer.codec.csv;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.Encoded;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of RFC 4180 section 2, and the texts of numbers.
 */
class CsvDocumentTests {

	private static String text(Encoded document) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		document.writeTo(out);
		assertThat(document.length()).isEqualTo(out.size());
		return out.toString(StandardCharsets.UTF_8);
	}

	private static Map<String, @Nullable Object> row(@Nullable Object first, @Nullable Object second,
			@Nullable Object third) {
		Map<String, @Nullable Object> row = new LinkedHashMap<>();
		row.put("field_name", first);
		row.put("b", second);
		row.put("c", third);
		return row;
	}

	@Test
	void aHeaderPrecedesTheRowsAndEveryLineIsEnded() throws IOException {
		assertThat(text(CsvDocument.encode(List.of(row("aaa", "bbb", "ccc"), row("zzz", "yyy", "xxx")))))
			.isEqualTo("field_name,b,c\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n");
	}

	@Test
	void textsAreQuotedIfTheyNeedIt() throws IOException {
		assertThat(text(CsvDocument.encode(List.of(row("aaa", "b\r\nbb", "ccc"), row("aaa", "b\"bb", "a,b"),
				row(" a b ", "\u00e9\ud83d\ude00", "a\nb")))))
			.isEqualTo("field_name,b,c\r\naaa,\"b\r\nbb\",ccc\r\naaa,\"b\"\"bb\",\"a,b\"\r\n"
					+ " a b ,\u00e9\ud83d\ude00,\"a\nb\"\r\n");
	}

	@Test
	void numbersAreTheShortestAndNullIsEmpty() throws IOException {
		assertThat(text(CsvDocument.encode(List.of(row(0.1f, 0.1, null), row(1, -2L, 1e-300)))))
			.isEqualTo("field_name,b,c\r\n0.1,0.1,\r\n1,-2,1.0E-300\r\n");
	}

}
