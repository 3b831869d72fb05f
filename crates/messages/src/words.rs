//! Every fault of this crate: code, severity, words in both languages and remedy, on one page. `{0}`, `{1}` stand for
//! what was found.

use domain::{
    Fault,
    Severity::{self, Error, Info, Warning},
    Text,
};

/// One kind of fault.
#[derive(Debug)]
pub(crate) struct Words {
    code: &'static str,
    severity: Severity,
    zh: &'static str,
    en: &'static str,
    remedy_zh: &'static str,
    remedy_en: &'static str,
}

impl Words {
    /// The fault at a place, with what was found there.
    pub fn at(&self, location: impl Into<String>, found: &[&str]) -> Fault {
        let fill = |words: &str| {
            found.iter().enumerate().fold(words.to_owned(), |words, (nth, found)| {
                words.replace(&format!("{{{nth}}}"), &found.chars().take(80).collect::<String>())
            })
        };
        let remedy = Text::new(fill(self.remedy_zh), fill(self.remedy_en));
        Fault::new(self.severity, self.code, location, Text::new(fill(self.zh), fill(self.en)), remedy)
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

macro_rules! words {
    ($($name:ident $code:literal $severity:ident: $zh:literal, $en:literal; $remedy_zh:literal, $remedy_en:literal.)*) => {
        $(pub(crate) const $name: Words = Words {
            code: $code, severity: $severity, zh: $zh, en: $en, remedy_zh: $remedy_zh, remedy_en: $remedy_en,
        };)*
    };
}

words! {
    UPLOAD_UNKNOWN "PQ-UPLOAD-001" Error:
        "文件“{0}”的类型无法识别。", "The kind of the file \"{0}\" is not recognised.";
        "请上传 xlsx 工作簿、EDIFACT 报文（PAXLST）、WCO XML 或 JSON。", "Send an xlsx workbook, an EDIFACT message (PAXLST), WCO XML or JSON.".
    UPLOAD_EMPTY "PQ-UPLOAD-002" Error:
        "文件“{0}”是空的。", "The file \"{0}\" is empty."; "请重新选择文件。", "Choose the file again.".
    UPLOAD_TOO_LARGE "PQ-UPLOAD-003" Error:
        "文件过大：{0}，上限为 {1}。", "The file is too large: {0}, the limit is {1}.";
        "请拆分名单或删除多余的工作表与图片。", "Split the list, or remove sheets and pictures that are not needed.".
    UPLOAD_BROKEN "PQ-UPLOAD-004" Error:
        "工作簿已损坏，无法读取（{0}）。", "The workbook is damaged and cannot be read ({0}).";
        "请在表格软件中打开并另存为 xlsx 后重试。", "Open it in a spreadsheet program, save it as xlsx and try again.".
    UPLOAD_NESTED "PQ-UPLOAD-005" Error:
        "工作簿内含有其他压缩文件（{0}）。", "The workbook holds another archive ({0}).";
        "请删除嵌入的文件后重试。", "Remove embedded files and try again.".
    UPLOAD_DOCTYPE "PQ-UPLOAD-006" Error:
        "工作簿的 {0} 含有 DOCTYPE 或实体声明，已拒绝。", "{0} in the workbook has a DOCTYPE or entity declaration and is refused.";
        "请在表格软件中另存为新的 xlsx 文件。", "Save it as a new xlsx file in a spreadsheet program.".
    UPLOAD_OLD_WORKBOOK "PQ-UPLOAD-007" Error:
        "文件“{0}”是旧式 xls 或加密的工作簿。", "The file \"{0}\" is a workbook of the old xls kind, or encrypted.";
        "请去除密码并另存为 xlsx。", "Remove the password and save it as xlsx.".
    UPLOAD_ROWS "PQ-UPLOAD-008" Error:
        "工作表超过 {0} 行或 {1} 列，其余内容未读取。", "The sheet has more than {0} rows or {1} columns; the rest was not read.";
        "请将名单拆分为多个文件。", "Split the list into several files.".
    UPLOAD_NO_SHEET "PQ-UPLOAD-009" Error:
        "工作簿中没有可识别的船员、旅客或物料表头。", "No sheet of the workbook has the headings of a crew list, passenger list or stores declaration.";
        "请使用模板，或保留含“Last Name”“Nationality”等列名的表头行。", "Use the template, or keep the heading row with names such as \"Last Name\" and \"Nationality\".".
    UPLOAD_NO_LIST "PQ-UPLOAD-011" Error:
        "工作簿中没有模板的表头行。", "No sheet of the workbook has the headings of the template.";
        "请下载模板，保留表头行，在其下填写。", "Download the template, leave its headings, and fill in the rows below them.".
    UPLOAD_LIST_ROWS "PQ-UPLOAD-012" Error:
        "超过 {0} 行，其余未读取。", "There are more than {0} rows; the rest was not read.";
        "请分成几个文件上传；已受理的行不会重复。", "Send the rest in another file; rows that were taken are not taken twice.".
    UPLOAD_LIST_EMPTY "PQ-UPLOAD-013" Error:
        "表头下方没有任何行。", "There is no row below the headings.";
        "请在表头下方填写后再上传。", "Fill in the rows below the headings, and send it again.".
    COLUMN_UNKNOWN "PQ-SHEET-001" Info:
        "列“{0}”不认识，未读取。", "The column \"{0}\" is not known and was not read.";
        "无需处理；如该列含申报内容，请改用模板中的列名。", "Nothing to do; if it holds declared facts, use the heading of the template.".
    COLUMN_TWICE "PQ-SHEET-002" Warning:
        "列“{0}”出现两次，只读取第一列。", "The column \"{0}\" occurs twice; only the first was read.";
        "请删除重复的列。", "Remove one of the two columns.".
    SHEET_EMPTY "PQ-SHEET-003" Info:
        "工作表“{0}”只有表头，其下没有任何行，未读取内容。", "The sheet \"{0}\" has its headings, and no row below them: nothing was read of it.";
        "如无需申报则无需处理；否则请在表头下方填写，模板的示例行不算。", "Nothing to do if there is nothing to declare; else fill in rows below the headings. The template's example row does not count.".
    CELL_ERROR "PQ-CELL-001" Error:
        "单元格含错误值 {0}。", "The cell holds the error value {0}."; "请更正公式或直接填写数值。", "Mend the formula or type the value.".
    CELL_FORMULA "PQ-CELL-002" Info:
        "单元格是公式，已读取上次计算的结果“{0}”。", "The cell is a formula; its last calculated result \"{0}\" was read.";
        "请核对结果，必要时改为数值。", "Check the result; paste it as a value if in doubt.".
    DATE_AMBIGUOUS "PQ-DATE-001" Warning:
        "日期“{0}”的日与月可以互换，已按 {1} 读取。", "Day and month of the date \"{0}\" could be swapped; it was read as {1}.";
        "请按 年-月-日（如 1980-01-31）填写。", "Write the year first, such as 1980-01-31.".
    DATE_UNREADABLE "PQ-DATE-002" Error:
        "“{0}”不是日期。", "\"{0}\" is not a date."; "请按 年-月-日（如 1980-01-31）填写。", "Write it as year-month-day, such as 1980-01-31.".
    DATE_TWO_DIGITS "PQ-DATE-003" Info:
        "日期“{0}”的年份只有两位，已按 {1} 读取。", "The year of the date \"{0}\" has two digits; it was read as {1}.";
        "请核对；写四位年份则不会有疑问。", "Check it; four digits of the year leave no doubt.".
    DATE_FUTURE "PQ-DATE-004" Error:
        "出生日期 {0} 晚于报文日期。", "The date of birth {0} is later than the message."; "请核对出生日期。", "Check the date of birth.".
    COUNTRY_UNKNOWN "PQ-COUNTRY-001" Error:
        "国家或地区“{0}”不在 ISO 3166-1 中。", "The country \"{0}\" is not in ISO 3166-1.";
        "请填写三位字母代码，如 CHN、PHL。", "Give the three-letter code, such as CHN or PHL.".
    PLACE_IATA "PQ-PLACE-001" Warning:
        "“{0}”是三字代码（IATA），此处应为五位 UN/LOCODE。", "\"{0}\" is a three-letter code (IATA) where a UN/LOCODE of five is expected.";
        "请改用 UN/LOCODE，如 CNDLC。", "Give the UN/LOCODE, such as CNDLC.".
    PLACE_AIRPORT "PQ-PLACE-001" Info:
        "“{0}”是三字代码（IATA），已按 {1} 读取。", "\"{0}\" is a three-letter code (IATA); it is read as {1}."; "无需处理。", "Nothing to do.".
    PLACE_UNKNOWN "PQ-PLACE-002" Warning:
        "“{0}”不是已知的 UN/LOCODE。", "\"{0}\" is not a known UN/LOCODE.";
        "请核对代码：两位国家代码加三位地点代码。", "Check the code: two letters of the country and three of the place.".
    GENDER_UNKNOWN "PQ-GENDER-001" Error:
        "性别“{0}”无法识别。", "The gender \"{0}\" is not recognised."; "请填写 M、F 或 X（其他）。", "Write M, F or X (other).".
    NAME_MISSING "PQ-NAME-001" Error:
        "缺少姓名。", "The name is missing."; "请至少填写姓；只有一个名字的人填在姓一栏。", "Give at least the family name; a person with one name has it there.".
    NAME_MOVED "PQ-NAME-002" Info:
        "此人只有一个名字“{0}”，已记为姓。", "This person has the one name \"{0}\"; it was taken as the family name.";
        "无需处理；如另有姓，请补填。", "Nothing to do; add the family name if there is one.".
    DOCUMENT_TYPE "PQ-DOCUMENT-001" Warning:
        "证件类型“{0}”不认识。", "The document type \"{0}\" is not known."; "请填写 P（护照）、S（海员证）、I（身份证）等。", "Write P (passport), S (seafarer's book), I (identity card) or another listed letter.".
    NUMBER_UNREADABLE "PQ-NUMBER-001" Error:
        "“{0}”不是数字。", "\"{0}\" is not a number."; "请只填数字，单位另填。", "Write the number alone; the unit has its own column.".
    NUMBER_NEGATIVE "PQ-NUMBER-002" Error:
        "数量 {0} 为负数。", "The quantity {0} is negative."; "请核对数量。", "Check the quantity.".
    NUMBER_AMBIGUOUS "PQ-NUMBER-003" Warning:
        "“{0}”中的逗号可能是小数点或千位分隔符，已按 {1} 读取。", "The comma in \"{0}\" could mark decimals or thousands; it was read as {1}.";
        "请用小数点，不用千位分隔符。", "Use a full stop for decimals and nothing for thousands.".
    YES_NO_UNREADABLE "PQ-YESNO-001" Error:
        "“{0}”不是“是/否”。", "\"{0}\" is neither yes nor no."; "请填写 Y 或 N。", "Write Y or N.".
    ARTICLE_MISSING "PQ-STORES-001" Error:
        "缺少物品名称。", "The name of the article is missing."; "请填写物品名称。", "Name the article.".
    PAXLST_COUNT "PQ-PAXLST-001" Error:
        "CNT 声明 {0} 人，报文中有 {1} 人。", "CNT says {0} persons, the message holds {1}."; "请核对名单是否完整。", "Check that the list is complete.".
    PAXLST_SEGMENT "PQ-PAXLST-002" Info:
        "PAXLST 中不应有段 {0}，已跳过。", "The segment {0} does not belong to PAXLST and was skipped."; "无需处理。", "Nothing to do.".
    PAXLST_KIND "PQ-PAXLST-003" Warning:
        "BGM 代码“{0}”既不是 250（船员）也不是 745（旅客）。", "The BGM code \"{0}\" is neither 250 (crew) nor 745 (passengers).";
        "请使用 250 或 745。", "Use 250 or 745.".
    PAXLST_MIXED "PQ-PAXLST-004" Warning:
        "人员类别“{0}”与 BGM 声明的名单不符。", "The kind of person \"{0}\" does not fit the list that BGM declares.";
        "船员（FM）与旅客（FL）请分开报送。", "Send crew (FM) and passengers (FL) in lists of their own.".
    PAXLST_NOBODY "PQ-PAXLST-005" Warning:
        "报文中没有人员。", "The message names no person."; "如为空名单，请确认。", "Confirm that the list is meant to be empty.".
    PAXLST_COUNT_APART "PQ-PAXLST-007" Warning:
        "CNT 的数量应与限定符在同一元素内（如 CNT+42:8）。", "The count in CNT belongs into the element of its qualifier (such as CNT+42:8).";
        "请更正 CNT 的分隔符。", "Mend the separator in CNT.".
    PAXLST_DIRECTORY "PQ-PAXLST-006" Info:
        "报文使用目录 {0}，读取以 D:02B 和 D:05B 为准。", "The message uses directory {0}; reading follows D:02B and D:05B.";
        "无需处理。", "Nothing to do.".
    PAXLST_APART "PQ-PAXLST-008" Warning:
        "{0} 的值不在规定的位置，已照读。", "A value of {0} does not stand in the place that is prescribed; it was read nevertheless.";
        "请按 PAXLST 指南更正该段。", "Mend the segment after the guideline on PAXLST.".
    PAXLST_PERSON "PQ-PAXLST-009" Error:
        "从此处起是另一人的资料，但前面没有 NAD，缺少姓名。", "Here the data of another person begin without NAD: the name is missing.";
        "请在每人之前发送 NAD。", "Send NAD before each person.".
    EDIFACT_REWRITTEN "PQ-EDIFACT-002" Warning:
        "报文以 UTF-16 编码，或标签为小写，已转换后读取。", "The message is encoded as UTF-16 or has its tags in small letters; it was turned into what is prescribed and read.";
        "请以所声明的字符集和大写标签发送。", "Send it in the character set that it declares, with tags in capitals.".
    EDIFACT_OTHER "PQ-EDIFACT-001" Error:
        "暂不读取 EDIFACT 报文 {0}。", "EDIFACT messages {0} are not read here."; "请发送 PAXLST，或使用工作簿或 JSON。", "Send PAXLST, a workbook or JSON.".
    MORE_PLACES "PQ-MORE-001" Info:
        "以上问题在别处还有（代码 × 次数）：{0}。", "What is told above occurs elsewhere too (code × times): {0}.";
        "请一并更正。", "Mend all of them together.".
    JSON_MALFORMED "PQ-JSON-001" Error:
        "JSON 格式错误：第 {0} 行第 {1} 列（{2}）。", "The JSON is malformed in line {0}, column {1} ({2}).";
        "请更正该处语法。", "Mend the syntax there.".
    JSON_SHAPE "PQ-JSON-002" Error:
        "JSON 中没有申报单：需要 formality 字段，或以申报单代码为键的对象。", "The JSON holds no formality: a member \"formality\" is needed, or an object keyed by the formalities' codes.";
        "例如 {\"formality\": \"crew_list\", \"members\": []}。", "For example {\"formality\": \"crew_list\", \"members\": []}.".
    JSON_UNKNOWN "PQ-JSON-005" Error:
        "没有代码为“{0}”的申报单，未读取。", "There is no formality with the code \"{0}\"; it was not read.";
        "请对照 /api/openapi.json 核对代码。", "Compare the code with those in /api/openapi.json.".
    JSON_DEEP "PQ-JSON-003" Error:
        "JSON 嵌套超过 {0} 层。", "The JSON is nested more than {0} deep."; "请减少嵌套。", "Nest it less.".
    JSON_NUMBER "PQ-JSON-004" Error:
        "JSON 中的数字超出范围：第 {0} 行第 {1} 列。", "A number in the JSON is out of range in line {0}, column {1}."; "请核对该数字。", "Check the number.".
    XML_MALFORMED "PQ-XML-001" Error:
        "XML 语法错误（{0}），其后内容未读取。", "The XML is malformed ({0}); what follows was not read.";
        "请更正该处语法后重新发送。", "Mend the syntax there and send it again.".
    XML_DOCTYPE "PQ-XML-002" Error:
        "XML 含有 DOCTYPE，已拒绝读取。", "The XML has a DOCTYPE and is refused.";
        "请删除 DOCTYPE 和实体声明。", "Remove DOCTYPE and entity declarations.".
    XML_ENTITY "PQ-XML-003" Error:
        "实体 &{0}; 没有含义。", "The entity &{0}; has no meaning.";
        "请直接写出该字符；只有 amp、lt、gt、quot、apos 可用。", "Write the character itself; only amp, lt, gt, quot and apos are known.".
    XML_DEEP "PQ-XML-004" Error:
        "XML 嵌套超过 {0} 层，未读取。", "The XML is nested more than {0} deep and was not read."; "请减少嵌套。", "Nest it less.".
    XML_ELEMENTS "PQ-XML-005" Error:
        "XML 超过 {0} 个元素，其后内容未读取。", "The XML has more than {0} elements; what follows was not read.";
        "请拆分报文。", "Split the document.".
    XML_ENCODING "PQ-XML-006" Error:
        "文字不是有效的 {0} 编码。", "The text is not valid in the encoding {0}.";
        "请以 UTF-8 保存后重新发送。", "Save it as UTF-8 and send it again.".
    XML_CHARACTER "PQ-XML-007" Error:
        "XML 含有不允许的控制字符，已替换。", "The XML holds control characters that it may not hold; they were replaced.";
        "请删除该字符。", "Remove the character.".
    XML_PREFIX "PQ-XML-008" Error:
        "命名空间前缀“{0}”没有声明。", "The namespace prefix \"{0}\" is not declared."; "请以 xmlns:{0} 声明。", "Declare it by xmlns:{0}.".
    XML_OPEN "PQ-XML-009" Error:
        "报文在元素“{0}”内中断。", "The document breaks off inside of the element \"{0}\".";
        "传输可能不完整：请重新发送整个报文。", "The transmission may be incomplete: send the whole document again.".
    WCO_ROOT "PQ-WCO-001" Error:
        "根元素“{0}”不是 WCO 申报或回执。", "The root element \"{0}\" is no declaration and no notice of the WCO data model.";
        "请发送 MetaData（含 Declaration 或 Response）。", "Send MetaData with a Declaration or a Response.".
    WCO_UNKNOWN "PQ-WCO-002" Error:
        "元素“{0}”不属于 {1}，已另行保存。", "The element \"{0}\" does not belong into {1}; it was kept aside.";
        "请对照 WCO 模式核对名称和位置。", "Compare its name and place with the WCO schema.".
    WCO_TWICE "PQ-WCO-003" Error:
        "元素“{0}”只能出现一次，其余已另行保存。", "The element \"{0}\" may occur once; the others were kept aside.";
        "请只保留一个。", "Leave one of them.".
    WCO_TIMES "PQ-WCO-004" Error:
        "元素“{0}”超过 {1} 个。", "The element \"{0}\" occurs more than {1} times."; "请拆分为多份申报。", "Split it into several declarations.".
    WCO_WORDS "PQ-WCO-005" Error:
        "元素之间有文字“{0}”，已另行保存。", "The words \"{0}\" stand between elements; they were kept aside.";
        "请删除，或写入所属元素。", "Remove them, or write them into the element that they belong to.".
    WCO_ATTRIBUTE "PQ-WCO-006" Warning:
        "属性“{0}”不认识，已另行保存。", "The attribute \"{0}\" is not known; it was kept aside."; "如无含义请删除。", "Remove it if it means nothing.".
    WCO_ORDER "PQ-WCO-007" Warning:
        "元素“{0}”的次序与 WCO 模式不符。", "The element \"{0}\" stands in another order than the WCO schema has.";
        "请按模式的次序书写。", "Write elements in the schema's order.".
    WCO_NAMESPACE "PQ-WCO-008" Warning:
        "元素的命名空间与周围不同：{0}。", "The element has another namespace than what is around it: {0}.";
        "请使用 WCO 模式的命名空间。", "Use the namespaces of the WCO schema.".
    WCO_NO_NAMESPACE "PQ-WCO-009" Info:
        "报文没有命名空间，按元素名称读取。", "The document has no namespace; it was read by the names of its elements.";
        "无需处理；写出时同样不带命名空间。", "Nothing to do; written anew it has none either.".
    WCO_PREFIX_LOST "PQ-WCO-010" Warning:
        "命名空间前缀与名称连在一起（“{0}”），已按名称末尾读取。", "Prefixes have run into the names (\"{0}\"); they were read by their endings.";
        "请恢复前缀后的冒号。", "Restore the colon after the prefix.".
    WCO_MISSING "PQ-WCO-011" Error:
        "缺少元素“{0}”。", "The element \"{0}\" is missing."; "请补填。", "Add it.".
    WCO_NUMBER "PQ-WCO-012" Error:
        "“{0}”不是十进制数，已按原文保存。", "\"{0}\" is not a decimal number; it was kept as it is.";
        "只写数字和小数点，如 1234.50。", "Write digits and a full stop alone, such as 1234.50.".
    WCO_MOMENT "PQ-WCO-013" Error:
        "“{0}”不是日期或时刻，已按原文保存。", "\"{0}\" is no day and no point of time; it was kept as it is.";
        "请写 20260131（102）或 20260131093000Z（304）。", "Write 20260131 (102) or 20260131093000Z (304).".
    WCO_MOMENT_INSIDE "PQ-WCO-014" Error:
        "“{0}”应含一个 DateTimeString，已按原文保存。", "\"{0}\" should hold one DateTimeString; it was kept as it is.";
        "请写 <DateTimeString formatCode=\"304\">…</DateTimeString>。", "Write <DateTimeString formatCode=\"304\">…</DateTimeString>.".
    WCO_MOMENT_FORM "PQ-WCO-015" Error:
        "“{0}”不在 WCO 模式的日期范围内（2000 年以后，时刻须带时区）。", "\"{0}\" is outside of what the WCO schema takes: years from 2000, and a clock with its distance from UTC.";
        "请核对年份，并以 Z 或 +08 结尾。", "Check the year, and end a point of time with Z or such as +08.".
    WCO_MOMENT_CODE "PQ-WCO-016" Error:
        "日期“{0}”缺少格式代码，或既非 102 也非 304。", "The date \"{0}\" has no format code, or neither 102 nor 304.";
        "请填写 formatCode=\"102\" 或 \"304\"。", "Give formatCode=\"102\" or \"304\".".
    WCO_BLANK "PQ-WCO-017" Error:
        "元素为空。", "The element is blank."; "请填写，或删除该元素。", "Fill it in, or remove the element.".
    WCO_LONG "PQ-WCO-018" Error:
        "“{0}”有 {2} 个字符，上限为 {1}。", "\"{0}\" has {2} characters, the limit is {1}."; "请缩短。", "Shorten it.".
    WCO_LENGTH "PQ-WCO-019" Error:
        "“{0}”应恰为 {1} 个字符。", "\"{0}\" should have exactly {1} characters."; "请核对代码。", "Check the code.".
    WCO_DIGITS_ONLY "PQ-WCO-020" Error:
        "“{0}”只能含数字。", "\"{0}\" may hold digits alone."; "请核对代码。", "Check the code.".
    WCO_LETTERS_ONLY "PQ-WCO-021" Error:
        "“{0}”只能含字母。", "\"{0}\" may hold letters alone."; "请核对代码。", "Check the code.".
    WCO_LISTED "PQ-WCO-022" Error:
        "“{0}”不在允许的值之中：{1}。", "\"{0}\" is none of the values that are taken: {1}."; "请选用所列的值。", "Use one of the listed values.".
    WCO_DIGITS "PQ-WCO-023" Error:
        "“{0}”超过 {1} 位数字。", "\"{0}\" has more than {1} digits."; "请核对数字。", "Check the number.".
    WCO_DECIMALS "PQ-WCO-024" Error:
        "“{0}”的小数超过 {1} 位。", "\"{0}\" has more than {1} digits behind the point."; "请四舍五入。", "Round it.".
    WCO_CURRENCY "PQ-WCO-025" Error:
        "金额“{0}”的币种不是三个大写字母。", "The currency of the amount \"{0}\" is not three capital letters.";
        "请填写 ISO 4217 代码，如 CNY、USD。", "Give the ISO 4217 code, such as CNY or USD.".
    WCO_UNIT "PQ-WCO-026" Error:
        "数量“{0}”的单位应为一至五个字符。", "The unit of the quantity \"{0}\" should have one to five characters.";
        "请填写计量单位代码，如 KGM。", "Give the unit's code, such as KGM.".
}

#[cfg(test)]
mod tests {
    #[test]
    fn placeholders_are_filled_in_both_languages() {
        let fault = super::DATE_AMBIGUOUS.at("Crew List!H21", &["01/02/1980", "1980-02-01"]);
        assert!(fault.text.zh.contains("1980-02-01") && fault.text.en.contains("01/02/1980"));
    }
}
