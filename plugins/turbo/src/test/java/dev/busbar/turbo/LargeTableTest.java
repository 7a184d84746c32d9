package dev.busbar.turbo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

final class LargeTableTest {
    private static final int ROWS = 1_000_000;

    /** Each row is made when it is read, with a field of free text in it that is never the same. */
    private static final class GeneratedRows extends InputStream {
        private byte[] line = "id,gender,decision,remark\n".getBytes(UTF_8);
        private int position;
        private int made;

        @Override
        public int read() {
            if (position == line.length) {
                if (made == ROWS) {
                    return -1;
                }
                line = row(made).getBytes(UTF_8);
                made++;
                position = 0;
            }
            return line[position++];
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            int count = 0;
            int next = read();
            while (next >= 0) {
                buffer[offset + count] = (byte) next;
                count++;
                if (count == length) {
                    return count;
                }
                next = read();
            }
            return count == 0 ? -1 : count;
        }

        private static String row(int i) {
            String gender = i % 4 == 0 ? "Female" : "Male";
            String decision = i % 8 == 0 || i % 4 == 1 ? "yes" : "no";
            return i + "," + gender + "," + decision + ",\"remark, number " + i + "\"\n";
        }
    }

    @Test
    void a_million_rows_are_counted_while_they_stream_in() throws Exception {
        GeneratedRows body = new GeneratedRows();

        JsonNode audit = Audits.audit(FakeRequest.csv(body, Audits.GENDER));

        assertThat(audit.get("rows").get("read").asInt()).isEqualTo(ROWS);
        JsonNode women = Audits.group(audit, "Female").get("selection");
        assertThat(women.get("total").asInt()).isEqualTo(250_000);
        assertThat(women.get("favourable").asInt()).isEqualTo(125_000);
        JsonNode men = Audits.group(audit, "Male").get("selection");
        assertThat(men.get("total").asInt()).isEqualTo(750_000);
        assertThat(men.get("favourable").asInt()).isEqualTo(250_000);
    }

    @Test
    void what_is_kept_of_a_table_depends_on_its_groups_alone() {
        AuditDescription description =
                new AuditDescription("gender", "Male", "decision", "yes", null, null, null, null, 0.95);
        RowCounter few = new RowCounter(description, Origin.QUERY);
        RowCounter many = new RowCounter(description, Origin.QUERY);
        few.add(new Row("Male", "yes", "", "", 1));

        for (int i = 0; i < ROWS; i++) {
            many.add(new Row("Male", "yes", "", "", 1));
        }

        assertThat(many.counts().groups()).hasSameSizeAs(few.counts().groups());
        assertThat(many.counts().strata()).isEmpty();
        assertThat(many.counts().rows().read()).isEqualTo(ROWS);
    }
}
