// Sends all that the page keeps of customers and regions; faults come back with their places.
import { type Problem, problemOf } from "../../api/client";
import { connection } from "../../api/connection";
import type { CustomerList, CustomersAnswer, Fault } from "./customers";

export type Saved = { answer: CustomersAnswer } | { problem: Problem | null; message: string; faults: Fault[] };

export async function saveCustomers(list: CustomerList, revision: number, token: string): Promise<Saved> {
  let response: Response;
  try {
    response = await fetch("/api/v1/customers", {
      method: "PUT",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", ...(token === "" ? {} : { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ revision, customers: list.customers, regions: list.regions }),
    });
  } catch {
    connection.lost();
    return { problem: null, message: "Weir does not answer; nothing was saved.", faults: [] };
  }
  const text = await response.text();
  if (response.ok) return { answer: JSON.parse(text) as CustomersAnswer };
  const problem = problemOf(response.status, response.statusText, text);
  return { problem, message: problem.message, faults: faultsIn(text) };
}

function faultsIn(text: string): Fault[] {
  try {
    const { errors } = JSON.parse(text) as { errors?: Fault[] };
    return Array.isArray(errors) ? errors : [];
  } catch {
    return []; // something between the page and Weir answered
  }
}
