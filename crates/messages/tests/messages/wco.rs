//! WCO XML: every document of the corpus is written anew as it was, from the types of the model; chance breaks documents.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::declaration::model::Document;
use messages::wco::{self, Message};

mod canonical;
mod faults;
mod properties;
mod story;

use canonical::canonical;

/// The scenarios; `None`, said clearly, where they are missing outside CI.
fn scenarios() -> Option<Vec<PathBuf>> {
    crate::corpus("wco/xsd/wco/declaration/WCO_DEC_2_DMS.xsd")?;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/wco/scenarios");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    Some(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "xml") {
            files.push(path);
        }
    }
}

/// One that was written by hand, with every kind of value.
const SMALL: &str = r#"<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"
    xmlns:p1="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">
  <md:WCOTypeName>DEC</md:WCOTypeName>
  <Declaration>
    <AcceptanceDateTime><p1:DateTimeString formatCode="304">20220323092414Z</p1:DateTimeString></AcceptanceDateTime>
    <FunctionCode>9</FunctionCode>
    <FunctionalReferenceID>A&amp;B</FunctionalReferenceID>
    <InvoiceAmount currencyID="USD">1000.50</InvoiceAmount>
    <GoodsShipment>
      <GovernmentAgencyGoodsItem>
        <SequenceNumeric>1</SequenceNumeric>
        <Commodity>
          <GoodsMeasure><GrossMassMeasure unitCode="KGM">12.345</GrossMassMeasure></GoodsMeasure>
        </Commodity>
      </GovernmentAgencyGoodsItem>
    </GoodsShipment>
  </Declaration>
</md:MetaData>"#;

fn read(text: &str) -> (Message, Vec<domain::Fault>) {
    wco::read(text.as_bytes())
}

#[test]
fn every_document_of_the_corpus_is_written_as_it_was() {
    let Some(files) = scenarios() else { return };
    let (mut wrong, mut known) = (Vec::new(), 0);
    for path in &files {
        let bytes = fs::read(path).unwrap();
        let (message, _) = wco::read(&bytes);
        known += usize::from(message.content.is_some());
        if canonical(&wco::write(&message)) != canonical(&String::from_utf8_lossy(&bytes)) {
            wrong.push(path.display().to_string());
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(known, files.len(), "each root is known");
    assert!(files.len() > 300, "{} files", files.len());
}

#[test]
fn documents_of_the_corpus_live_in_the_types_of_the_model() {
    let Some(files) = scenarios() else { return };
    let mut odd = Vec::new();
    for path in &files {
        let (message, faults) = wco::read(&fs::read(path).unwrap());
        let content = message.content.clone().unwrap();
        let through_json: Document = serde_json::from_slice(&serde_json::to_vec(&content).unwrap()).unwrap();
        assert_eq!(through_json, content, "{}", path.display());
        // Written from the types alone and read again, the same is there.
        let (again, _) = read(&wco::write(&Message::new(through_json)));
        assert_eq!(again.content.unwrap(), content, "{}", path.display());
        // Answers on a declaration's standing have dates in two namespaces, as published.
        if !message.is_plain() && !matches!(content, Document::Status(_)) {
            odd.push((path.file_name().unwrap().to_owned(), faults.len()));
        }
    }
    // A few documents have a date in prose, two spellings of a namespace, or lost their colons.
    assert!(odd.len() * 20 < files.len(), "{odd:?}");
    assert!(odd.iter().all(|(_, faults)| *faults > 0), "what is odd is told: {odd:?}");
}

#[test]
fn values_are_typed() {
    let (message, faults) = read(SMALL);
    assert_eq!(faults, []);
    assert!(message.is_plain());
    let declaration = message.content.as_ref().and_then(Document::declaration).unwrap();
    let invoice = declaration.invoice_amount.as_ref().unwrap();
    assert_eq!((invoice.value.to_string(), invoice.currency.as_deref()), ("1000.50".to_owned(), Some("USD")));
    let accepted = declaration.acceptance_date_time.as_ref().unwrap();
    let instant = accepted.instant(&jiff::tz::TimeZone::UTC).unwrap();
    assert_eq!(instant.to_string(), "2022-03-23T09:24:14Z");
    assert_eq!(declaration.functional_reference_id.as_deref(), Some("A&B"));
    let item = &declaration.goods_shipment.as_ref().unwrap().government_agency_goods_items[0];
    let measure = item.commodity.as_ref().unwrap().goods_measure.as_ref().unwrap();
    assert_eq!(measure.gross_mass_measure.as_ref().unwrap().unit.as_deref(), Some("KGM"));
    assert_eq!(canonical(&wco::write(&message)), canonical(SMALL));
}
