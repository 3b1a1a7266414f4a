// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A diagnosis as one line of JSON. */
final class DoctorJson {
    private DoctorJson() {}

    static String line(Diagnosis diagnosis) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("works", diagnosis.verdict().works());
        fields.put("verdict", diagnosis.verdict().sentence());
        List<Map<String, Object>> findings =
                diagnosis.findings().stream().map(DoctorJson::fields).toList();
        fields.put("findings", findings);
        return JSON.std.asString(fields);
    }

    private static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("title", finding.title());
        fields.put("state", finding.state().word());
        fields.put("what", finding.what());
        fields.put("found", finding.found());
        fields.put("remedies", finding.remedies());
        return fields;
    }
}
